namespace Chatter.Chat.Client;

/// <summary>How a <see cref="ChatClient"/> stands with its server.</summary>
public enum ConnectionState
{
    /// <summary>Not connected yet, or not started.</summary>
    Connecting,

    /// <summary>Connected, welcomed, and receiving.</summary>
    Online,

    /// <summary>It was online before and tries to be so again, or is paused; what is sent now goes out then.</summary>
    Reconnecting,

    /// <summary>The server doesn't accept the session any more, or another took its place. Final: log in anew with a new client.</summary>
    SignedOut,
}
