using Chatter.Chat.Protocol;

namespace Chatter.Chat.Client;

/// <summary>Why a connection ended, and with that what comes next (docs/protocol.md §4.5).</summary>
/// <param name="Code">The close code, or <see cref="CloseCodes.Abnormal"/> where there was none.</param>
/// <param name="Reason">For the log.</param>
internal sealed record ConnectionEnd(ushort Code, string Reason)
{
    private static readonly TimeSpan AfterFlood = TimeSpan.FromMinutes(1);

    /// <summary>When to come back, to the moment, where the server said so: it spreads its clients itself.</summary>
    public TimeSpan? ReconnectAfter { get; init; }

    /// <summary>How long to stay away, before the back-off.</summary>
    public TimeSpan AtLeast { get; init; }

    public bool IsSignedOut => Code is CloseCodes.NotAuthenticated or CloseCodes.Replaced;

    /// <summary>The server found a fault in what this client sent.</summary>
    public bool IsOurFault => Code is CloseCodes.ProtocolError or CloseCodes.UnsupportedData or CloseCodes.InvalidPayload or CloseCodes.TooBig or CloseCodes.Malformed;

    /// <summary>How long to wait before the next connection.</summary>
    public TimeSpan Wait(Backoff backoff) => Code == CloseCodes.Flood ? AfterFlood + backoff.Next() : ReconnectAfter ?? AtLeast + backoff.Next();

    public static ConnectionEnd Lost(string reason) => new(CloseCodes.Abnormal, reason);

    public static ConnectionEnd SignedOut(string reason) => new(CloseCodes.NotAuthenticated, reason);
}
