namespace Chatter.Bench.Paging;

/// <summary>Pages of a long room, from its end, middle and beginning, by the socket and over HTTP, one at a time and many.</summary>
internal static class History
{
    private const int Many = 16;
    private const int WarmUp = 4;

    public static async Task<Dictionary<string, object>> Run(int events, int seconds)
    {
        var data = Directory.CreateTempSubdirectory("chatter-bench-").FullName;
        try
        {
            using var server = new ServerProcess(data);
            await server.Start();
            var room = await Store.MakeLarge(server, events);
            await server.Start();
            using var poller = new Poller();
            var result = new Dictionary<string, object>();
            var violations = new List<string>();
            var places = PagePlace.Of(events + 1);
            await Both(places[0], Many, WarmUp); // Until the code is compiled for good.
            foreach (var place in places)
            {
                foreach (var underWay in (int[])[1, Many])
                    (result[$"{place.Name}Http{underWay}"], result[$"{place.Name}Socket{underWay}"]) = await Both(place, underWay, seconds);
            }
            foreach (var violation in violations.Take(20)) Console.Error.WriteLine(violation);
            result["violations"] = violations.Count;
            return result;

            async Task<(PageFigures Http, PageFigures Socket)> Both(PagePlace place, int underWay, int length)
            {
                var (http, socket) = (new PageRun(place), new PageRun(place));
                var figures = (
                    await Measure(http, poller, server.Port, length, underWay, () => new HttpPages(poller, room, http)),
                    await Measure(socket, poller, server.Port, length, underWay, () => new SocketPages(poller, room, socket)));
                violations.AddRange([.. http.Violations, .. socket.Violations]);
                return figures;
            }
        }
        finally
        {
            Directory.Delete(data, recursive: true);
        }
    }

    private static async Task<PageFigures> Measure(PageRun run, Poller poller, int port, int seconds, int underWay, Func<RawConnection> create)
    {
        var readers = await poller.Ask(() =>
        {
            var all = Enumerable.Range(0, underWay).Select(_ => create()).ToArray();
            foreach (var one in all) one.Connect(port);
            return all;
        });
        await Task.Delay(200); // Until all are connected.
        await poller.Ask(() =>
        {
            run.Start();
            return true;
        });
        await Task.Delay(seconds * 1_000);
        var figures = await poller.Ask(run.Finish);
        if (figures.PagesPerSecond == 0) run.Violations.Add($"{run.Place.Name}: no page came");
        await poller.Ask(() =>
        {
            foreach (var one in readers) one.Reset();
            return true;
        });
        return figures;
    }
}
