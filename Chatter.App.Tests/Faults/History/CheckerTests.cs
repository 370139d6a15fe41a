using System.Diagnostics;
using Xunit;

namespace Chatter.App.Tests.Faults.History;

/// <summary>The checker itself: it passes what is right, and finds the breach of each law in a history that has just that.</summary>
public sealed class CheckerTests
{
    private static readonly Dictionary<string, Action<RunHistory>[]> Spoilt = new()
    {
        // Acknowledged, and not in the log, or elsewhere in it.
        ["S1"] = [static h => Everywhere(h, static log => log.RemoveAt(log.Count - 1)), static h => h.Sends[0].Seq = 4, static h => h.Sends[0].Event = "another"],
        // Acknowledged, and never delivered to one who stayed.
        ["S2"] = [static h => Connection(h, "ada").Received.RemoveAll(static r => r.Event?.Text == "four"), static h => Connection(h, "ada").Received.RemoveAll(static r => r.Event?.Seq > 5)],
        ["S3"] = [static h => Replace(h, 6, static e => e with { Text = "one" }), static h => Replace(h, 6, static e => e with { From = "ada", Nonce = "n1" }), static h => h.Sends.Last(static s => s.Nonce == "n2").Seq = 6],
        ["S4"] =
        [
            static h => h.Final.ByHistory[Forge.Room][2] = h.Final.ByHistory[Forge.Room][2] with { Text = "0ne" },
            static h => h.Final.ByResume[Forge.Room].RemoveAt(3),
            static h => Deliver(h, "ada", 5, static e => e with { Id = "other" }),
            static h => h.Pages[0].Events[2] = h.Pages[0].Events[2] with { At = 5 },
        ],
        ["S5"] = [static h => Again(h, "n5", Outcome.Refused, "forbidden")],
        ["S6"] = [static h => h.Sends.RemoveAll(static s => s.Nonce == "n5"), static h => h.Memberships.RemoveAll(static m => m is { User: "ben", Joins: false })],
        ["S7"] = [static h => Everywhere(h, static log => log[^1] = log[^1] with { Seq = log[^1].Seq + 1 })],
        ["S8"] = [static h => Connection(h, "ada").Received.RemoveAll(static r => r.Event?.Seq == 5), static h => h.Pages[0].Events.RemoveAt(2)],
        ["S9"] =
        [
            static h => Connection(h, "ada").Received.Add(Connection(h, "ada").Received.Last(static r => r.Event is not null)),
            static h => Entry(h, h.Connections[^1], static e => e with { Last = 3 }),
        ],
        ["S10"] = [static h => Swap(h, 5, 6), static h => Swap(h, 3, 5)],
        ["S11"] = [static h => Connection(h, "ada").Received.Add(new Received(ReceivedKind.Event, Forge.Room, 900, Event: new LogEvent(99, "lost", 9_000, "message", "ada", "x", "nx")))],
        ["S12"] = [static h => h.Pages[0].Last = 5, static h => (h.Pages[0].Events, h.Pages[0].More) = ([.. h.Pages[0].Events.Take(4)], false), static h => Entry(h, h.Connections[^1], static e => e with { Last = 5 })],
        ["S13"] = [static h => h.Pages[0].Last = 4, static h => Replace(h, 4, static e => e with { ReplyTo = "id9" }), static h => Unfound(h)],
        ["S14"] = [static h => h.Final.Nonces.RemoveAt(1), static h => h.Final.Nonces.Add(new NonceRow(Forge.Room, "ada", "torn", 12)), static h => h.Final.Rooms[Forge.Room] = h.Final.Rooms[Forge.Room] with { LastSeq = 12 }],
        ["S15"] = [static h => Reset(h, "behind", pagesTo: 3), static h => Reset(h, "behind", pagesTo: 10, first: 4)],
        ["S16"] = [static h => ResumedFrom(h, 100, "e"), static h => ResumedFrom(h, 2, "another")],
        ["S17"] = [static h => Again(h, "n5", Outcome.Ok, null, "other words"), static h => Again(h, "n5", Outcome.Refused, "not_a_member", "other words")],
        ["A1"] =
        [
            static h => Swap(h, 9, 10), // ben writes before he has joined again
            static h => Connection(h, "eve"),
            static h => h.Pages.Add(new PageRead { Process = -1, Reader = "eve's", User = "eve", Room = Forge.Room, After = 0, Invoked = 950, Outcome = Outcome.Ok, First = 1, Last = 10, More = true }),
        ],
        ["A2"] =
        [
            static h => After(h, static r => r.Event is { Kind: "left" }, new Received(ReceivedKind.Event, Forge.Room, 900, Event: h.Final.Stored[Forge.Room][7])),
            static h => h.Connections[^1].Received.RemoveAll(static r => r.Kind == ReceivedKind.Unsubscribed),
            static h => h.Connections[^1].Received.RemoveAll(static r => r.Event is { Kind: "joined", Seq: > 8 }),
            static h => h.Connections[^1].Received.RemoveAll(static r => r.Kind == ReceivedKind.Subscribed || r.Event?.Seq > 8),
        ],
        ["A3"] =
        [
            static h => Revoke(h, "ada", 950, 950 + 2 * Stopwatch.Frequency),
            static h => h.Revocations.Add(new Revocation("ben's session", h.Connections[^1].Opened - 1)), // and welcomed again
        ],
        ["F1"] =
        [
            static h => h.Final.Rooms[Forge.Room] = h.Final.Rooms[Forge.Room] with { Members = 1 },
            static h => h.Final.Rooms[Forge.Room] = h.Final.Rooms[Forge.Room] with { MemberIds = ["ada"] },
            static h => h.Final.Rooms[Forge.Room] = h.Final.Rooms[Forge.Room] with { Messages = 5 },
            static h => h.Final.Entries[0] = h.Final.Entries[0] with { Unread = 3 },
        ],
        ["F2"] = [static h => Entry(h, h.Connections[^1], static e => e with { Read = 0 })],
        ["F3"] = [static h => Replace(h, 6, static e => e with { At = 5 })],
        ["L1"] =
        [
            static h => h.RecoveredAfter = TimeSpan.FromSeconds(11),
            static h => Connection(h, "ada").Received.RemoveAll(static r => r.Event?.Seq == 10),
            static h => h.Sends.Add(new SendAttempt { Process = 1, User = "ada", Room = Forge.Room, Nonce = "open", Text = "open", Invoked = 900, Completed = 910 }),
        ],
        ["L2"] = [static h => Flooded(h, seconds: 3)],
        ["L3"] =
        [
            static h => h.After = h.After! with { Descriptors = 200 },
            static h => h.After = h.After! with { Threads = 90 },
            static h => h.After = h.After! with { Memory = 500_000_000 },
            static h => h.After = h.After! with { Log = 100_000_000 },
        ],
        ["E1"] =
        [
            static h => h.Evidence = h.Evidence with { Acknowledged = 1_000 },
            static h => h.Evidence = h.Evidence with { Repeats = 5 },
            static h => h.Evidence = h.Evidence with { Revocations = 1 },
            static h => h.Floods.Add(new Flood("eve", 0, 1_000)),
            static h => h.Evidence = h.Evidence with { ResumesAfterCrash = 2 },
            static h => h.Evidence = h.Evidence with { Faults = ["power"] },
            static h => h.Faults[0] = h.Faults[0] with { At = 0 },
        ],
    };

    public static TheoryData<string, int> Breaches
    {
        get
        {
            var data = new TheoryData<string, int>();
            foreach (var (law, ways) in Spoilt)
                for (var i = 0; i < ways.Length; i++) data.Add(law, i);
            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Breaches))]
    public void A_history_with_a_breach_is_refused_and_the_law_is_named(string law, int way)
    {
        var history = Forge.Good().Finish();
        Spoilt[law][way](history);
        Assert.Contains(law, Checker.Check(history).Broken);
    }

    [Fact]
    public void Every_law_of_the_page_has_a_forged_breach() =>
        Assert.Equal(
            [.. Enumerable.Range(1, 17).Select(static i => $"S{i}"), "A1", "A2", "A3", "F1", "F2", "F3", "L1", "L2", "L3", "E1"],
            Spoilt.Keys.OrderBy(static law => "SAFLE".IndexOf(law[0], StringComparison.Ordinal)).ThenBy(static law => int.Parse(law[1..], System.Globalization.CultureInfo.InvariantCulture)));

    [Fact]
    public void A_good_history_passes() => Assert.Equal("all laws hold", Checker.Check(Forge.Good().Finish()).ToString());

    [Fact]
    public void What_is_unknown_may_have_happened_or_not()
    {
        var forge = Forge.Good();
        var ada = forge.History.Connections[0];
        var happened = forge.Say(ada, "seven", "n7");
        happened.Outcome = Outcome.Unknown;
        forge.Repeat(ada, "n7");
        // It never arrived, and was refused when it was sent again.
        var lost = forge.Refused(ada, "eight", "n8", "unavailable");
        lost.Outcome = Outcome.Unknown;
        forge.Refused(ada, "eight", "n8", "not_a_member");
        Assert.Equal("all laws hold", Checker.Check(forge.Finish()).ToString());
    }

    [Fact]
    public void Refusals_that_are_right_pass()
    {
        var forge = Forge.Good();
        var ada = forge.History.Connections[0];
        forge.Refused(ada, "other words", "n1", "nonce_reused");
        forge.Refused(ada, "too early", "n9", "out_of_order");
        Assert.Equal("all laws hold", Checker.Check(forge.Finish()).ToString());
    }

    [Fact]
    public void What_comes_within_a_second_of_a_logout_was_under_way()
    {
        var history = Forge.Good().Finish();
        Revoke(history, "ada", 950, 950 + Stopwatch.Frequency / 2);
        Assert.Equal("all laws hold", Checker.Check(history).ToString());
    }

    [Fact]
    public void A_flood_that_others_hardly_notice_passes()
    {
        var history = Forge.Good().Finish();
        Flooded(history, seconds: 1);
        Assert.Equal("all laws hold", Checker.Check(history).ToString());
    }

    [Fact]
    public void Who_is_told_that_his_cursor_is_of_another_history_is_well_served()
    {
        var forge = Forge.Good();
        forge.Connect("ada", resume: true, from: 1_000);
        forge.Connect("ben", resume: true, from: 2, epoch: "another");
        Assert.Equal("all laws hold", Checker.Check(forge.Finish()).ToString());
    }

    [Fact]
    public void A_reader_who_pages_what_a_reset_left_out_has_lost_nothing()
    {
        var history = Forge.Good().Finish();
        Reset(history, "behind", pagesTo: 10);
        Assert.Equal("all laws hold", Checker.Check(history).ToString());
    }

    private static Connection Connection(RunHistory history, string user)
    {
        if (history.Connections.Find(c => c.User == user) is { } known) return known;
        var stranger = new Connection { Process = 99, Reader = "eve's", User = user, Opened = 890, Epoch = "e", Received = { new Received(ReceivedKind.Event, Forge.Room, 900, Event: history.Final.Stored[Forge.Room][4]) } };
        history.Connections.Add(stranger);
        return stranger;
    }

    /// <summary>Changes the log as everybody has it in the end, and beside it nothing.</summary>
    private static void Everywhere(RunHistory history, Action<List<LogEvent>> change)
    {
        foreach (var logs in new[] { history.Final.Stored, history.Final.ByHistory, history.Final.ByResume }) change(logs[Forge.Room]);
    }

    private static void Replace(RunHistory history, int seq, Func<LogEvent, LogEvent> change) => Everywhere(history, log => log[seq - 1] = change(log[seq - 1]));

    private static void Swap(RunHistory history, int one, int two)
    {
        Everywhere(history, log => (log[one - 1], log[two - 1]) = (log[two - 1] with { Seq = one }, log[one - 1] with { Seq = two }));
        foreach (var send in history.Sends) send.Seq = send.Seq == one ? two : send.Seq == two ? one : send.Seq;
    }

    private static void Deliver(RunHistory history, string user, int seq, Func<LogEvent, LogEvent> change)
    {
        var received = Connection(history, user).Received;
        var at = received.FindIndex(r => r.Event?.Seq == seq);
        received[at] = received[at] with { Event = change(received[at].Event!) };
    }

    private static void Entry(RunHistory history, Connection connection, Func<Received, Received> change)
    {
        // Somebody connects once more after the end.
        var entry = new Received(ReceivedKind.Entry, Forge.Room, 999, Last: history.Final.Stored[Forge.Room].Count, Read: 10);
        history.Connections.Add(new Connection { Process = 98, Reader = "late", User = connection.User, Opened = 990, Epoch = "e", Received = { change(entry) } });
    }

    private static void After(RunHistory history, Predicate<Received> which, Received what)
    {
        var received = history.Connections[^1].Received;
        received.Insert(received.FindIndex(which) + 1, what);
    }

    private static void Again(RunHistory history, string nonce, Outcome outcome, string? code, string? text = null)
    {
        var first = history.Sends.Single(s => s.Nonce == nonce);
        if (text is null) history.Sends.Remove(first);
        history.Sends.Add(new SendAttempt
        {
            Process = first.Process,
            User = first.User,
            Room = first.Room,
            Nonce = nonce,
            Text = text ?? first.Text,
            Invoked = 900,
            Completed = 910,
            Outcome = outcome,
            Code = code,
            Seq = outcome == Outcome.Ok ? first.Seq : 0,
            Event = outcome == Outcome.Ok ? first.Event : null,
        });
    }

    /// <summary>Ends a user's session, who gets his last event at that time.</summary>
    private static void Revoke(RunHistory history, string user, long at, long last)
    {
        history.Revocations.Add(new Revocation($"{user}'s session", at));
        var received = Connection(history, user).Received;
        received[^1] = received[^1] with { At = last };
    }

    /// <summary>Eve floods; of all that ben sends again meanwhile, each is answered only after so long.</summary>
    private static void Flooded(RunHistory history, int seconds)
    {
        history.Floods.Add(new Flood("eve", 1_000, 1_100));
        var first = history.Sends.First(static s => s.Nonce == "n2");
        for (var i = 0; i < 20; i++)
        {
            history.Sends.Add(new SendAttempt
            {
                Process = 2,
                User = "ben",
                Room = Forge.Room,
                Nonce = "n2",
                Text = first.Text,
                ReplyTo = first.ReplyTo,
                Invoked = 1_001 + i,
                Completed = 1_001 + i + seconds * Stopwatch.Frequency,
                Outcome = Outcome.Ok,
                Seq = first.Seq,
                Event = first.Event,
            });
        }
    }

    private static void Unfound(RunHistory history) => history.Sends.Add(new SendAttempt
    {
        Process = 1,
        User = "ada",
        Room = Forge.Room,
        Nonce = "reply",
        Text = "reply",
        ReplyTo = "id3",
        Invoked = 900,
        Completed = 910,
        Outcome = Outcome.Refused,
        Code = "no_such_event",
    });

    private static void ResumedFrom(RunHistory history, long from, string epoch) => history.Connections.Add(new Connection
    {
        Process = 97,
        Reader = "restored",
        User = "ada",
        Opened = 990,
        Epoch = "e",
        Resume = { [Forge.Room] = from },
        ResumeEpoch = epoch,
        Received = { new Received(ReceivedKind.Entry, Forge.Room, 991, Last: 10, Read: 10), new Received(ReceivedKind.Event, Forge.Room, 992, Event: history.Final.Stored[Forge.Room][2]) },
    });

    private static void Reset(RunHistory history, string reason, int pagesTo, long first = 1)
    {
        history.Connections.Add(new Connection
        {
            Process = 96,
            Reader = "far behind",
            User = "ada",
            Opened = 990,
            Epoch = "e",
            Resume = { [Forge.Room] = 1 },
            ResumeEpoch = "e",
            LiveAtEnd = true,
            Received = { new Received(ReceivedKind.Entry, Forge.Room, 991, Last: 10, Read: 10), new Received(ReceivedKind.Reset, Forge.Room, 992, First: first, Last: 10, Reason: reason) },
        });
        history.Pages.Add(new PageRead
        {
            Process = -1,
            Reader = "far behind",
            User = "ada",
            Room = Forge.Room,
            After = 1,
            Invoked = 993,
            Completed = 994,
            Outcome = Outcome.Ok,
            First = 1,
            Last = 10,
            More = pagesTo < 10,
            Events = [.. history.Final.Stored[Forge.Room].Skip(1).Take(pagesTo - 1)],
        });
    }
}
