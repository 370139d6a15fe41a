using System.Text.Json;
using Chatter.Chat.Tests.Support;
using Xunit;

namespace Chatter.Chat.Tests.Scenarios;

/// <summary>
/// Somebody with one number for a room, as docs/protocol.md §1 promises that it suffices: he sends, repeats, comes and goes, loses his connection,
/// stops reading for a while, and resumes from the last event that he got.
/// </summary>
internal sealed class Talker(TestUser user, string room)
{
    private readonly List<(string Nonce, string Text)> _sends = [];
    private readonly Dictionary<string, int> _attempts = [];
    private readonly Dictionary<string, int> _refusals = [];
    private readonly List<string> _unanswered = [];
    private RawSocket? _socket;
    private long? _resumed;

    public TestUser User => user;

    /// <summary>All events he got, in the order in which he got them.</summary>
    public List<JsonElement> Seen { get; } = [];

    /// <summary>What the server said about his sends: nonce and event.</summary>
    public List<(string Nonce, long Seq, string Id)> Acknowledged { get; } = [];

    /// <summary>The last event he holds; null where he isn't subscribed.</summary>
    public long? Cursor { get; private set; }

    public IReadOnlyDictionary<string, string> Sends => _sends.DistinctBy(static s => s.Nonce).ToDictionary(static s => s.Nonce, static s => s.Text);

    /// <summary>Nonces of which every attempt was refused for good.</summary>
    public IEnumerable<string> Refused => _attempts.Where(a => _refusals.GetValueOrDefault(a.Key) == a.Value).Select(static a => a.Key);

    private RawSocket Socket => _socket ?? throw new InvalidOperationException("Not connected.");

    public async Task Connect(string? epoch = null)
    {
        _resumed = epoch is null ? null : Cursor;
        _socket = await user.Connect(_resumed is { } seq ? new Dictionary<string, long> { [room] = seq } : null, _resumed is null ? null : epoch, receiveBuffer: RawSocket.SmallBuffer);
    }

    public async Task Do(Deed deed)
    {
        switch (deed.What)
        {
            case What.Say:
                await Send($"{user.Name} {_sends.Count}");
                break;
            case What.SayMuch:
                for (var i = 0; i < 20; i++) await Send($"{user.Name} {_sends.Count} {new string('x', 3_000)}");
                break;
            case What.SayByHttp:
                await Post($"{user.Name} {_sends.Count}", Unique.Nonce());
                break;
            case What.Repeat when _sends.Count > 0:
                var (nonce, text) = _sends[deed.Which % _sends.Count];
                if (deed.Which % 3 == 0) await Post(text, nonce);
                else await Send(text, nonce);
                break;
            case What.Join:
                await user.Join(room);
                break;
            case What.Leave:
                await user.Leave(room);
                break;
            case What.Reconnect:
                await Reconnect(politely: deed.Which % 2 == 0);
                break;
            case What.StopReading:
                Socket.StopReading();
                break;
            case What.ReadAgain:
                Socket.ReadAgain();
                break;
        }
    }

    /// <summary>Reads all that is still to come: the answers, and the room's events to its last, or that he isn't in it any more.</summary>
    public async Task Finish(long last, bool isMember)
    {
        Socket.ReadAgain();
        foreach (var nonce in _unanswered) await Socket.Next(Unseen(nonce));
        if (isMember) await Socket.EventsTo(room, last, Patience.Bulk);
        await Socket.Settle();
        if (!isMember) await Socket.Unsubscribed(room, Patience.Bulk);
        await Socket.DisposeAsync();
        Take();
        if (isMember) Assert.True(Cursor >= last, $"{user.Name} is in, and holds {Cursor} of {last}");
        else Assert.True(Cursor is null || Seen.Count == 0 || Seen[^1].Is("kind", "left"), $"{user.Name} isn't in, and holds {Cursor}");
    }

    private static Func<JsonElement, bool> Unseen(string nonce) => f => f.Text("type") is "sent" or "error" && f.Is("nonce", nonce);

    private async Task Send(string text, string? nonce = null)
    {
        nonce ??= Unique.Nonce();
        Attempt(nonce, text);
        _unanswered.Add(nonce);
        await Socket.Send(new { type = "send", room, text, nonce });
    }

    private async Task Post(string text, string nonce)
    {
        Attempt(nonce, text);
        var reply = await user.Post($"/api/rooms/{room}/messages", new { text, nonce });
        if (reply.Status is 200 or 201) Acknowledged.Add((nonce, reply.Json.Number("seq"), reply.Json.Text("id")));
        else Refuse(nonce, reply.Refused(403, "not_a_member"));
    }

    private void Attempt(string nonce, string text)
    {
        _sends.Add((nonce, text));
        _attempts[nonce] = _attempts.GetValueOrDefault(nonce) + 1;
    }

    private void Refuse(string nonce, JsonElement refusal)
    {
        Assert.Equal("not_a_member", refusal.Text("code"));
        _refusals[nonce] = _refusals.GetValueOrDefault(nonce) + 1;
    }

    private async Task Reconnect(bool politely)
    {
        var epoch = Socket.Welcome.Text("epoch");
        if (politely)
        {
            Socket.ReadAgain();
            await Socket.Close();
        }
        await Socket.DisposeAsync();
        Take();
        _unanswered.Clear();
        await Connect(epoch);
    }

    /// <summary>Follows what came on a socket that is at its end, and holds it against the laws of the cursor (§4.3).</summary>
    private void Take()
    {
        var cursor = _resumed;
        var (greeted, hadEvents, mustJoin, mustEnd) = (0L, false, false, false);
        foreach (var frame in Socket.Frames)
        {
            switch (frame.Text("type"))
            {
                case "welcome" or "rooms" when frame.List("rooms").Find(e => e.Field("room").Is("id", room)) is { ValueKind: JsonValueKind.Object } entry:
                    greeted = entry.Number("last");
                    cursor ??= greeted;
                    break;
                case "subscribed" when frame.Is("room", room):
                    Assert.Null(cursor);
                    cursor = frame.Field("entry").Number("last");
                    mustJoin = true;
                    break;
                case "event" when frame.Is("room", room):
                    Assert.False(mustEnd, $"{user.Name} got an event after his left: {frame}");
                    Assert.Equal(cursor + 1, frame.Number("seq"));
                    Assert.True(!mustJoin || IsMine(frame, "joined"), $"The first event after subscribed isn't one's joined: {frame}");
                    cursor = frame.Number("seq");
                    mustEnd = IsMine(frame, "left") && cursor > greeted;
                    (mustJoin, hadEvents) = (false, true);
                    Seen.Add(frame);
                    break;
                case "unsubscribed" when frame.Is("room", room):
                    Assert.True(frame.Is("reason", "left") ? mustEnd : frame.Is("reason", "unknown") && _resumed is not null && !hadEvents, $"Unsubscribed out of place: {frame}");
                    (cursor, mustEnd) = (null, false);
                    break;
                case "sent":
                    Acknowledged.Add((frame.Text("nonce"), frame.Number("seq"), frame.Text("id")));
                    break;
                case "error":
                    Refuse(frame.Text("nonce"), frame);
                    break;
                case "reset":
                    Assert.Fail($"Nothing calls for a reset: {frame}");
                    break;
            }
        }
        Cursor = cursor;
    }

    private bool IsMine(JsonElement e, string kind) => e.Is("kind", kind) && e.List("users").Exists(u => u.Is("id", user.Id));
}

/// <summary>What a talker does next; <paramref name="Which"/> chooses where there is a choice.</summary>
internal sealed record Deed(What What, int Which);

internal enum What
{
    Say,
    SayMuch,
    SayByHttp,
    Repeat,
    Join,
    Leave,
    Reconnect,
    StopReading,
    ReadAgain,
}
