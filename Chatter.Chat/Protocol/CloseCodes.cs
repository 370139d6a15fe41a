namespace Chatter.Chat.Protocol;

/// <summary>
/// The close codes of <c>/ws</c> (docs/protocol.md §4.5): 1000–1013 as RFC 6455 §7.4.1 and its registry define them, 4400 and up are Chatter's own.
/// Each says what the client does next.
/// </summary>
public static class CloseCodes
{
    /// <summary>Normal closure.</summary>
    public const ushort Normal = 1000;

    /// <summary>The tab or the program went away.</summary>
    public const ushort GoingAway = 1001;

    /// <summary>A frame against RFC 6455. The client has to be mended.</summary>
    public const ushort ProtocolError = 1002;

    /// <summary>A binary message on a JSON socket. The client has to be mended.</summary>
    public const ushort UnsupportedData = 1003;

    /// <summary>Never sent (RFC 6455 §7.4.1): stands for a close frame without a code.</summary>
    public const ushort NoStatus = 1005;

    /// <summary>Never sent (RFC 6455 §7.4.1): stands for a connection that broke without a close frame.</summary>
    public const ushort Abnormal = 1006;

    /// <summary>Text that isn't UTF-8. The client has to be mended.</summary>
    public const ushort InvalidPayload = 1007;

    /// <summary>A message, all its fragments together, over <see cref="Limits.Frame"/> bytes. The client has to be mended.</summary>
    public const ushort TooBig = 1009;

    /// <summary>The server failed. Reconnect with back-off and resume.</summary>
    public const ushort InternalError = 1011;

    /// <summary>The server restarts or drains. Reconnect after <c>goodbye.reconnectAfter</c> and resume.</summary>
    public const ushort Restart = 1012;

    /// <summary>Overloaded, or too many connections. Reconnect with back-off.</summary>
    public const ushort TryAgainLater = 1013;

    /// <summary>Ten malformed frames within a minute. The client has to be mended.</summary>
    public const ushort Malformed = 4400;

    /// <summary>No longer authenticated: wrong token, logged out, expired, user removed. Log in again.</summary>
    public const ushort NotAuthenticated = 4401;

    /// <summary>No <c>hello</c> in time. Reconnect with back-off.</summary>
    public const ushort NoHello = 4408;

    /// <summary>Replaced by a newer session (single-session mode). Stay away.</summary>
    public const ushort Replaced = 4409;

    /// <summary>Heartbeat missed, or stuck. Reconnect and resume.</summary>
    public const ushort Unresponsive = 4410;

    /// <summary>Flood. Reconnect after a minute.</summary>
    public const ushort Flood = 4429;
}
