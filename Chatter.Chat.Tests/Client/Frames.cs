using Chatter.Chat.Protocol;

namespace Chatter.Chat.Tests.Client;

/// <summary>Frames as a server would send them.</summary>
internal static class Frames
{
    public static readonly DateTimeOffset At = new(2026, 11, 23, 21, 46, 10, 408, TimeSpan.Zero);
    public static readonly UserInfo Ada = new(Guid.CreateVersion7(), "ada", "Ada", At);
    public static readonly Limits Limits = new(Limits.MaxText, Limits.MaxFrame, Limits.MaxPage, 10, 30, Limits.MaxResume, 1_000, Limits.MaxLively);

    public static WelcomeFrame Welcome(string epoch, params (Guid Room, long Last)[] rooms) =>
        new(1, epoch, Ada, Guid.CreateVersion7(), [.. rooms.Select(static room => Entry(room.Room, room.Last))], Limits, 30, []);

    public static RoomEntry Entry(Guid room, long last, long read = 0) => new(new RoomInfo(room, $"room {room}", false, 2, At), Roles.Member, 1, last, read, 0);

    public static RoomEvent Message(Guid room, long seq, string text = "hello", string? nonce = null) =>
        new(room, seq, Guid.CreateVersion7(), At, EventKinds.Message) { From = nonce is null ? new UserRef(Guid.CreateVersion7(), "bob") : new UserRef(Ada.Id, Ada.Name), Text = text, Nonce = nonce };

    public static SentFrame Sent(SendFrame send, long seq) => new(send.Room, seq, Guid.CreateVersion7(), At) { Nonce = send.Nonce };

    public static ErrorFrame Refused(SendFrame send, string code, double? retryAfter = null) =>
        new(code, $"Refused: {code}.") { Re = "send", Room = send.Room, Nonce = send.Nonce, RetryAfter = retryAfter };
}
