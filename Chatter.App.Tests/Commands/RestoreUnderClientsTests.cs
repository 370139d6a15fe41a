using System.Collections.Concurrent;
using System.Net.Http.Json;
using Chatter.App.Tests.Startup;
using Chatter.Chat.Client;
using Chatter.Chat.Protocol;
using Xunit;

namespace Chatter.App.Tests.Commands;

public sealed class RestoreUnderClientsTests
{
    private const string Password = "frost on the tomatoes";

    private static readonly (string, string)[] NoLimits =
    [
        ("Chatter__Limits__SendsPerSecond", "100000"), ("Chatter__Limits__SendBurst", "100000"),
        ("Chatter__Limits__ReadMarksPerSecond", "100000"), ("Chatter__Limits__ReadMarkBurst", "100000"), ("Chatter__Limits__FramesPerSecond", "100000"), ("Chatter__Limits__FrameBurst", "100000"),
    ];

    /// <summary>B1, S16: clients that are ahead of a restored backup hear so, forget what is gone, and go on.</summary>
    [Fact]
    public async Task B1_clients_that_saw_more_than_a_restored_backup_are_reset_and_go_on_without_a_word_under_an_old_seq()
    {
        var cancel = TestContext.Current.CancellationToken;
        var folder = Directory.CreateTempSubdirectory("chatter-restore-");
        var backup = Path.Combine(folder.FullName, "backup");
        string[] arguments = ["--urls", $"http://127.0.0.1:{Condition.FreePort()}"];
        var server = await ServerProcess.Start(folder.FullName, arguments, NoLimits);
        ChatClient? ada = null, ben = null;
        try
        {
            var address = server.Address;
            using var http = new HttpClient { BaseAddress = address };
            foreach (var name in new[] { "ada", "ben" })
            {
                using var registered = await http.PostAsJsonAsync("/api/register", new { name, password = Password }, cancel);
                registered.EnsureSuccessStatusCode();
            }
            ada = await ChatClient.LogIn(address, "ada", Password, cancel);
            ben = await ChatClient.LogIn(address, "ben", Password, cancel);
            var (atAdas, atBens) = (new Listener(ada), new Listener(ben));
            await Task.WhenAll(ada.Online(cancel), ben.Online(cancel));
            var room = (await ada.CreateRoom("garden", cancel: cancel)).Id;
            await ben.Join(room, cancel: cancel);
            for (var i = 1; i <= 10; i++) await ada.Send(room, $"kept {i}", cancel: cancel);
            var kept = await ada.Send(room, "kept to the end", cancel: cancel);

            Assert.Equal((0, ""), Result(await ServerProcess.RunToEnd(folder.FullName, ["backup", backup])));
            for (var i = 1; i <= 10; i++) await ben.Send(room, $"lost {i}", cancel: cancel);
            var lost = await ben.Send(room, "lost to the end", cancel: cancel);
            await Condition.Until(() => atAdas.Last(room) == lost.Seq && atBens.Last(room) == lost.Seq, cancel);
            var epoch = ada.Epoch;
            await server.DisposeAsync();
            // Sent to nobody, and under way while the history is rewound.
            var waiting = Enumerable.Range(1, 5).Select(i => ben.Send(room, $"waiting {i}", cancel: cancel)).ToArray();
            Assert.Equal((0, ""), Result(await ServerProcess.RunToEnd(folder.FullName, ["restore", backup, "--replace", "--keep-sessions"])));
            server = await ServerProcess.Start(folder.FullName, arguments, NoLimits);

            var sent = await Task.WhenAll(waiting).WaitAsync(TimeSpan.FromSeconds(60), cancel);
            await Condition.Until(() => atAdas.IsResetAndAt(room, sent[^1].Seq) && atBens.IsResetAndAt(room, sent[^1].Seq), cancel);

            Assert.NotEqual(epoch, ada.Epoch);
            Assert.Equal(Enumerable.Range(1, 5).Select(i => kept.Seq + i), sent.Select(static e => e.Seq));
            var log = (await ada.History(room, after: 0, limit: 200, cancel: cancel)).Events;
            Assert.Equal(Enumerable.Range(1, log.Count).Select(static i => (long)i), log.Select(static e => e.Seq));
            Assert.DoesNotContain(log, static e => e.Text?.StartsWith("lost", StringComparison.Ordinal) == true);
            foreach (var listener in new[] { atAdas, atBens })
            {
                var reset = Assert.Single(listener.Resets(room));
                Assert.Equal(ResetReasons.Epoch, reset.Reason);
                // What it was given since it was told to forget is the log, each once and in order.
                Assert.Equal(log.Where(e => e.Seq > reset.Last).Select(static e => (e.Seq, e.Id, e.Text)), listener.SinceReset(room).Select(static e => (e.Seq, e.Id, e.Text)));
            }
            Assert.Equal(0, (await ServerProcess.RunToEnd(folder.FullName, ["verify"])).ExitCode);
        }
        finally
        {
            if (ada is not null) await ada.DisposeAsync();
            if (ben is not null) await ben.DisposeAsync();
            await server.DisposeAsync();
            folder.Delete(recursive: true);
        }
    }

    private static (int, string) Result((int ExitCode, string Errors, string Output) run) => (run.ExitCode, run.Errors);

    /// <summary>All that a client is told, in order.</summary>
    private sealed class Listener
    {
        private readonly ConcurrentQueue<ServerFrame> _frames = new();

        public Listener(ChatClient client) => client.FramesReceived += frames =>
        {
            foreach (var frame in frames) _frames.Enqueue(frame);
        };

        public long Last(Guid room) => _frames.OfType<RoomEvent>().LastOrDefault(item => item.Room == room)?.Seq ?? 0;

        public bool IsResetAndAt(Guid room, long seq) => Resets(room).LastOrDefault() is { } reset && (SinceReset(room).LastOrDefault()?.Seq ?? reset.Last) == seq;

        public IEnumerable<ResetFrame> Resets(Guid room) => _frames.OfType<ResetFrame>().Where(reset => reset.Room == room);

        public IEnumerable<RoomEvent> SinceReset(Guid room) => _frames.SkipWhile(static frame => frame is not ResetFrame).OfType<RoomEvent>().Where(item => item.Room == room);
    }
}
