using Chatter.Chat.Protocol;

namespace Chatter.Micro;

/// <summary>Messages as people write them.</summary>
internal static class Samples
{
    public const string Text = "Did anybody cover the tomatoes? There may be frost tonight, and rain tomorrow.";

    public static UserRef Ada { get; } = new(Guid.CreateVersion7(), "ada");

    public static RoomEvent Event(Guid room) => new(room, 1, Guid.CreateVersion7(), DateTimeOffset.UnixEpoch, EventKinds.Message)
    {
        From = Ada,
        Text = Text,
        Nonce = Nonce(),
    };

    /// <summary>As those of ChatClient are.</summary>
    public static string Nonce() => Guid.CreateVersion7().ToString();
}
