using System.Diagnostics.Metrics;
using Chatter.Chat.Tests.Support;
using Xunit;

namespace Chatter.Chat.Tests.Telemetry;

/// <summary>The table of metrics in docs/operations.md against a server's meter.</summary>
public sealed class MetricsTests
{
    private const string Header = "| metric | kind | unit | by | what |";

    [Fact]
    public async Task The_table_of_metrics_is_what_the_meter_has()
    {
        await using var server = await ChatServer.Start();
        using var measured = server.Measure();
        // Some parts, and what they measure, are made when they are first needed.
        var ada = await server.User();
        await ada.Upload(await ada.CreateRoom(), [1]);
        await using var socket = await ada.Connect();
        (await ada.Get("/api/search?q=frost")).Is(200);

        var are = measured.Instruments.Select(static instrument => $"{instrument.Name} | {Kind(instrument)} | {instrument.Unit}");

        Assert.Equal(are.Order(StringComparer.Ordinal), Table().Select(static row => string.Join(" | ", row.Take(3))).Order(StringComparer.Ordinal));
        Assert.All(Table(), static row => Assert.True(row.Length == 5 && row[4].Length > 0, $"{row[0]} is not explained."));
        Assert.All(measured.Instruments, static instrument => Assert.False(string.IsNullOrEmpty(instrument.Description)));
    }

    [Fact]
    public async Task What_people_do_is_measured_by_the_tags_that_the_table_names()
    {
        await using var server = await ChatServer.Start();
        using var measured = server.Measure();
        var ada = await server.User();
        var room = await ada.CreateRoom();
        await using (var socket = await ada.Connect())
        {
            await socket.Say(room, "hello");
            await socket.NextEvent(room, "message");
            await socket.Refused(new { type = "send", room = Guid.CreateVersion7(), text = "x", nonce = "n1" }, "no_such_room");
            Assert.Equal(1, measured.Now("chatter.socket.count", "state=greeted"));
            Assert.Equal(1, measured.Now("chatter.tail.count"));
            Assert.True(measured.Now("chatter.tail.size") > 0);
            Assert.Equal(1, measured.Now("chatter.store.healthy"));
            Assert.True(measured.Now("chatter.store.wal.size") > 0);
            Assert.InRange(measured.Now("chatter.dispatch.turn.age"), 0, 5);
            await socket.Close();
        }
        await Eventually.Equal(1.0, () => Task.FromResult(measured.Sum("chatter.socket.closed", "code=1000")));
        Assert.Equal(1, measured.Sum("chatter.event.appended", "kind=message"));
        Assert.Equal(1, measured.Sum("chatter.event.appended", "kind=joined"));
        Assert.Equal(1, measured.Sum("chatter.append.operations", "outcome=no_such_room"));
        Assert.Equal(2, measured.Sum("chatter.append.operations", "outcome=ok"));
        Assert.Equal(2, measured.Sum("chatter.frame.received", "type=send"));
        await Eventually.Equal(1.0, () => Task.FromResult(measured.Sum("chatter.event.delivered")));
        Assert.True(measured.Sum("chatter.append.commit.duration") > 0);
        Assert.True(measured.Sum("chatter.dispatch.turn.duration") > 0);

        var told = Table().ToDictionary(static row => row[0], static row => row[3]);
        Assert.All(measured.Seen, seen => Assert.Equal(told[seen.Instrument], seen.Tag.Length == 0 ? "–" : seen.Tag.Split('=')[0]));
    }

    private static string Kind(Instrument instrument) => instrument.GetType().Name.Split('`')[0] switch
    {
        "Counter" => "counter",
        "Histogram" => "histogram",
        "ObservableUpDownCounter" => "up-down counter",
        "ObservableGauge" => "gauge",
        var other => other,
    };

    private static List<string[]> Table()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "docs", "operations.md"))) folder = folder.Parent ?? throw new InvalidOperationException("docs/operations.md isn't above the tests.");
        var lines = File.ReadAllLines(Path.Combine(folder.FullName, "docs", "operations.md")).SkipWhile(static line => line != Header).Skip(2).TakeWhile(static line => line.StartsWith('|'));
        return [.. lines.Select(static line => line.Trim('|').Split('|').Select(static cell => cell.Trim().Trim('`')).ToArray())];
    }
}
