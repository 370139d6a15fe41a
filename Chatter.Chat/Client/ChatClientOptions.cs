using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Chatter.Chat.Client;

/// <summary>Where a <see cref="ChatClient"/> connects, and as whom.</summary>
public sealed class ChatClientOptions
{
    /// <summary>The server: <c>http(s)://host:port</c>, without a path.</summary>
    public required Uri Server { get; init; }

    /// <summary>Asked before each <c>hello</c> and each HTTP call; null means signed out. It may give another token each time (such as a single-use ticket).</summary>
    public required Func<CancellationToken, ValueTask<string?>> Token { get; init; }

    /// <summary>For HTTP calls and for the socket's upgrade, such as a <see cref="SocketsHttpHandler"/> with a <c>ConnectCallback</c>. The client doesn't dispose it. A client makes its own where there is none.</summary>
    public HttpMessageHandler? Handler { get; init; }

    /// <summary>The clock by which the client waits; the system's by default.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Where lost connections and breaches of the protocol are noted; nowhere by default. Never a message's text nor a token.</summary>
    public ILogger Logger { get; init; } = NullLogger.Instance;
}
