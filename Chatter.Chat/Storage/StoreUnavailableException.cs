using Chatter.Chat.Protocol;

namespace Chatter.Chat.Storage;

/// <summary>The store didn't answer in time, or failed. What was asked of it may or may not have happened.</summary>
public sealed class StoreUnavailableException(string message, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>What a client is told.</summary>
    public static Refusal Refusal { get; } = new(ErrorCodes.Unavailable, "The store did not answer in time. It may yet have happened: send it again with the same nonce.") { RetryAfter = 1 };
}
