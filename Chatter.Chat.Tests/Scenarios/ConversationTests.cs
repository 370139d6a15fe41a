using System.Text.Json;
using Chatter.Chat.Tests.Support;
using CsCheck;
using Xunit;

namespace Chatter.Chat.Tests.Scenarios;

/// <summary>The laws S1, S3 to S10, A2 and S17 under whatever people do at once, over real sockets; the seed of a failure is in its message.</summary>
public sealed class ConversationTests
{
    private static readonly Gen<Deed> Deeds = Gen.Select(
        Gen.Frequency((6, Gen.Const(What.Say)), (2, Gen.Const(What.SayMuch)), (2, Gen.Const(What.SayByHttp)), (4, Gen.Const(What.Repeat)), (2, Gen.Const(What.Join)), (1, Gen.Const(What.Leave)), (3, Gen.Const(What.Reconnect)), (2, Gen.Const(What.StopReading)), (2, Gen.Const(What.ReadAgain))),
        Gen.Int[0, 1_000_000],
        static (what, which) => new Deed(what, which));

    [Fact]
    public async Task Whatever_people_do_at_once_everybody_sees_one_log_without_gap_or_repeat()
    {
        await using var server = await ChatServer.Start(static s =>
        {
            s["Chatter:Limits:RoomsPerUser"] = "100000";
            s["Chatter:Engine:TailEvents"] = "16";
        });
        var host = await server.User();
        var users = new List<TestUser>();
        for (var i = 0; i < 4; i++) users.Add(await server.User());
        var (messages, repeats, reconnects) = (0, 0, 0);
        await Deeds.Array[0, 25].Array[4].SampleAsync(
            async deeds =>
            {
                messages += await Converse(host, users, deeds);
                repeats += deeds.Sum(static d => d.Count(static x => x.What == What.Repeat));
                reconnects += deeds.Sum(static d => d.Count(static x => x.What == What.Reconnect));
            },
            writeLine: TestContext.Current.TestOutputHelper is { } output ? output.WriteLine : null,
            iter: 25,
            threads: 1,
            print: static deeds => string.Join('\n', deeds.Select(static d => string.Join(", ", d.Select(static x => x.What)))));
        Assert.True(messages > 500 && repeats > 50 && reconnects > 50, $"{messages} messages, {repeats} repeats and {reconnects} reconnects are no evidence.");
        Assert.Empty(server.Log.Errors);
    }

    private static async Task<int> Converse(TestUser host, List<TestUser> users, Deed[][] deeds)
    {
        var room = await host.CreateRoom();
        var talkers = users.ConvertAll(user => new Talker(user, room));
        foreach (var talker in talkers)
        {
            await talker.User.Join(room);
            await talker.Connect();
        }
        await Task.WhenAll(talkers.Select(async (talker, i) =>
        {
            foreach (var deed in deeds[i]) await talker.Do(deed);
        }));
        var last = (await host.Say(room, "that's all")).Number("seq");
        var members = (await host.Get($"/api/rooms/{room}/members")).Is(200).List("members").Select(static m => m.Field("user").Text("id")).ToHashSet();
        foreach (var talker in talkers) await talker.Finish(last, members.Contains(talker.User.Id));
        var log = await host.Log(room);
        Assert.Equal(Enumerable.Range(1, log.Count).Select(static i => (long)i), log.Select(static e => e.Number("seq")));
        Assert.Equal(log.Select(static e => e.Text("at")).Order(StringComparer.Ordinal), log.Select(static e => e.Text("at")));
        foreach (var talker in talkers) Agrees(talker, log);
        Assert.Equal(members, Members(log));
        return log.Count(static e => e.Is("kind", "message"));
    }

    private static void Agrees(Talker talker, List<JsonElement> log)
    {
        foreach (var e in talker.Seen)
        {
            var logged = log[(int)e.Number("seq") - 1];
            Assert.Equal((logged.Text("id"), logged.Text("kind"), logged.TextOrNull("text"), logged.Text("at")), (e.Text("id"), e.Text("kind"), e.TextOrNull("text"), e.Text("at")));
        }
        var mine = log.Where(e => e.Is("kind", "message") && e.Field("from").Is("id", talker.User.Id)).ToList();
        Assert.Equal(mine.Count, mine.DistinctBy(static e => e.Text("nonce")).Count());
        Assert.All(mine, e => Assert.Equal(talker.Sends[e.Text("nonce")], e.Text("text")));
        foreach (var (nonce, seq, id) in talker.Acknowledged)
        {
            var logged = log[(int)seq - 1];
            Assert.Equal((nonce, id), (logged.Text("nonce"), logged.Text("id")));
        }
        Assert.DoesNotContain(mine, e => talker.Refused.Contains(e.Text("nonce")));
    }

    private static HashSet<string> Members(List<JsonElement> log)
    {
        var members = new HashSet<string>();
        foreach (var e in log)
        {
            if (e.Text("kind") is not ("joined" or "left")) continue;
            foreach (var user in e.List("users").Select(static u => u.Text("id")))
            {
                Assert.True(e.Is("kind", "joined") ? members.Add(user) : members.Remove(user), $"{e} changes nothing");
            }
        }
        return members;
    }
}
