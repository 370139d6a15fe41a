using Chatter.Chat.Tests.Support;
using Microsoft.Data.Sqlite;
using Xunit;

namespace Chatter.Chat.Tests.Scenarios;

/// <summary>The store slow or gone: everybody is answered in time, rooms go on being read, and once it is well nothing is missing and nothing is there twice.</summary>
public sealed class StoreTroubleTests
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(5.5);

    /// <summary>A call that writes accounts waits for its turn, for the lock, and for a password's hash.</summary>
    private static readonly TimeSpan CallDeadline = TimeSpan.FromSeconds(8);

    [Fact]
    public async Task D6_L1_while_another_holds_the_database_sends_are_unavailable_in_time_the_rest_goes_on_and_afterwards_all_is_well()
    {
        await using var server = await ChatServer.Start();
        var (ada, ben, cleo) = (await server.User(), await server.User(), await server.User());
        var room = await ada.CreateRoom();
        var other = await cleo.CreateRoom();
        await ben.Join(room);
        await using var hers = await ada.Connect();
        await using var his = await ben.Connect();
        await hers.Say(room, "before");

        var nonces = Enumerable.Range(0, 20).Select(static i => $"n{i}").ToArray();
        using (var locked = await Lock(server))
        {
            var start = TimeProvider.System.GetTimestamp();
            foreach (var nonce in nonces) await hers.Send(new { type = "send", room, text = nonce, nonce });
            foreach (var nonce in nonces) Assert.Equal("unavailable", (await hers.Answer("error", nonce)).Text("code"));
            Assert.InRange(TimeProvider.System.GetElapsedTime(start), TimeSpan.Zero, Deadline);
            await Eventually.Equal(503, async () => (await server.Call(HttpMethod.Get, "/health/ready")).Status);
            Assert.Equal(200, (await server.Call(HttpMethod.Get, "/health/live")).Status);

            // What changes nothing goes on.
            await hers.Send(new { type = "history", room, nonce = "h1" });
            Assert.NotEmpty((await hers.Answer("history", "h1")).List("events"));
            (await ben.Get($"/api/rooms/{room}/events")).Is(200);
            await his.Send(new { type = "typing", room });
            await hers.Next("typing", frame => frame.Who("user") == ben.Id);
            await using var late = await ben.Connect();

            var calls = await Task.WhenAll(
                Timed(() => ben.Post($"/api/rooms/{other}/join")), Timed(() => server.Call(HttpMethod.Post, "/api/login", new { name = ada.Name, password = ada.Password })),
                Timed(() => server.Call(HttpMethod.Post, "/api/register", new { name = Unique.Name(), password = TestUser.GoodPassword })));
            foreach (var (reply, took) in calls)
            {
                reply.Refused(503, "unavailable");
                Assert.InRange(took, TimeSpan.Zero, CallDeadline);
            }
            Assert.True(hers.IsOpen && his.IsOpen && late.IsOpen);
        }

        await Eventually.Equal(200, async () => (await server.Call(HttpMethod.Get, "/health/ready")).Status);
        await AllIsWell(ada, [hers, his], room, nonces);
        // The first one may have happened after all, of which the repeated one says nothing more; the open sockets hear of the room in either case.
        (await ben.Post($"/api/rooms/{other}/join")).Is(200);
        await his.Next("subscribed", frame => frame.Is("room", other));
        await ada.LogIn();
    }

    [Fact]
    public async Task D6_a_writer_that_can_not_open_its_file_makes_no_new_one_and_goes_on_when_it_is_back()
    {
        await using var server = await ChatServer.Start();
        var ada = await server.User();
        var room = await ada.CreateRoom();
        await using var socket = await ada.Connect();
        var (path, away) = (Path.Combine(server.DataPath, "chatter.db"), Path.Combine(server.DataPath, "away.db"));
        using (await Lock(server))
        {
            // Gives its connection up, and has to open another one.
            await socket.Send(new { type = "send", room, text = "n0", nonce = "n0" });
            await socket.Answer("error", "n0");
            File.Move(path, away);
        }
        await socket.Send(new { type = "send", room, text = "n1", nonce = "n1" });
        Assert.Equal("unavailable", (await socket.Answer("error", "n1")).Text("code"));
        Assert.Equal(503, (await server.Call(HttpMethod.Get, "/health/ready")).Status);
        await socket.Settle();
        Assert.False(File.Exists(path));

        File.Move(away, path);
        await Eventually.Equal(200, async () => (await server.Call(HttpMethod.Get, "/health/ready")).Status);
        await AllIsWell(ada, [socket], room, ["n0", "n1"]);
    }

    /// <summary>Repeats what nobody knew the outcome of; then everything is there once, and everybody has got it once and in order.</summary>
    private static async Task AllIsWell(TestUser sender, RawSocket[] sockets, string room, string[] nonces)
    {
        var last = 0L;
        foreach (var nonce in nonces) last = Math.Max(last, (await sockets[0].Say(room, nonce, nonce)).Number("seq"));
        foreach (var socket in sockets)
        {
            var seqs = (await socket.EventsTo(room, last)).ConvertAll(static e => e.Number("seq"));
            Assert.Equal(Enumerable.Range(0, seqs.Count).Select(i => seqs[0] + i), seqs);
        }
        var log = await sender.Log(room);
        Assert.Equal(Enumerable.Range(1, log.Count).Select(static i => (long)i), log.Select(static e => e.Number("seq")));
        foreach (var nonce in nonces) Assert.Single(log, e => e.Is("nonce", nonce));
    }

    private static async Task<(Reply Reply, TimeSpan Took)> Timed(Func<Task<Reply>> call)
    {
        var start = TimeProvider.System.GetTimestamp();
        return (await call(), TimeProvider.System.GetElapsedTime(start));
    }

    /// <summary>Holds the database as another process would, until it is disposed of.</summary>
    private static async Task<SqliteConnection> Lock(ChatServer server)
    {
        var connection = new SqliteConnection($"Data Source={Path.Combine(server.DataPath, "chatter.db")};Pooling=False");
        await connection.OpenAsync(TestContext.Current.CancellationToken);
        await using var command = connection.CreateCommand();
        command.CommandText = "begin immediate";
        await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
        return connection;
    }
}
