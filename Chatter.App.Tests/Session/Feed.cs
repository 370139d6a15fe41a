using Chatter.App.Session;
using Chatter.Chat.Protocol;

namespace Chatter.App.Tests.Session;

/// <summary>Frames of one room as a server sends them to Ada, who is the reader.</summary>
internal sealed class Feed(string name = "garden")
{
    public static readonly DateTimeOffset Morning = new(2026, 11, 24, 9, 41, 0, TimeSpan.Zero);
    public static readonly UserInfo Me = new(Guid.CreateVersion7(), "ada", "Ada Lovelace", Morning.AddYears(-1));
    public static readonly UserRef Ada = new(Me.Id, Me.Name);
    public static readonly UserRef Ben = new(Guid.CreateVersion7(), "ben");
    public static readonly UserRef Cleo = new(Guid.CreateVersion7(), "cleo");
    public static readonly UserRef Dan = new(Guid.CreateVersion7(), "dan");
    public static readonly UserRef Eve = new(Guid.CreateVersion7(), "eve");

    public Guid Room { get; } = Guid.CreateVersion7();

    public static WelcomeFrame Welcome(params RoomEntry[] entries) =>
        new(1, "k3v9", Me, Guid.CreateVersion7(), entries, new Limits(Limits.MaxText, Limits.MaxFrame, Limits.MaxPage, 10, 30, Limits.MaxResume, 1_000, Limits.MaxLively), 30, []);

    public RoomEntry Entry(long last = 0, long? read = null, long unread = 0, string role = Roles.Member, string? topic = null, bool isPrivate = false, int members = 2, long first = 1) =>
        new(new RoomInfo(Room, name, isPrivate, members, Morning.AddDays(-7)) { Topic = topic, Owner = role == Roles.Owner ? Me.Id : Ben.Id }, role, first, last, read ?? last, unread);

    /// <summary>The room as a reader knows it who has received this entry and nothing else.</summary>
    public RoomState State(long last = 0, long? read = null, long unread = 0, string role = Roles.Member) => new(Entry(last, read, unread, role));

    /// <summary>A message; each comes a second after the one before.</summary>
    public RoomEvent Message(long seq, UserRef? from = null, string? text = null, DateTimeOffset? at = null, string? nonce = null) =>
        Event(seq, EventKinds.Message, at) with { From = from ?? Ben, Text = text ?? $"message {seq}", Nonce = nonce };

    public RoomEvent Joined(long seq, params UserRef[] users) => Event(seq, EventKinds.Joined) with { Users = users };

    public RoomEvent Edited(long seq, RoomEvent target, string text) => Event(seq, EventKinds.Edited) with { From = target.From, Target = target.Id, Text = text };

    public RoomEvent Deleted(long seq, RoomEvent target) => Event(seq, EventKinds.Deleted) with { From = target.From, Target = target.Id };

    public RoomEvent Reacted(long seq, RoomEvent target, string emoji, UserRef? from = null, bool on = true) =>
        Event(seq, EventKinds.Reacted) with { From = from ?? Ben, Target = target.Id, Emoji = emoji, On = on };

    public RoomEvent Left(long seq, params UserRef[] users) => Event(seq, EventKinds.Left) with { Users = users };

    public RoomEvent Event(long seq, string kind, DateTimeOffset? at = null) => new(Room, seq, Guid.CreateVersion7(), at ?? Morning.AddSeconds(seq), kind);

    /// <summary>The log's messages of Ben from one seq to another.</summary>
    public IReadOnlyList<RoomEvent> Messages(long from, long to) => [.. Enumerable.Range(0, (int)(to - from + 1)).Select(i => Message(from + i))];

    public static PendingMessage Pending(string nonce, string text = "on its way", DateTimeOffset? at = null) => new(nonce, text, at ?? Morning.AddMinutes(1));
}
