using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Chatter.Chat.Tests.Support;

/// <summary>Keeps what a server under test logged: as an error, which a client's mistake must never be, and of its own parts from Information on.</summary>
internal sealed class ServerLog : ILoggerProvider
{
    private readonly ConcurrentQueue<string> _errors = new();
    private readonly ConcurrentQueue<string> _lines = new();

    public IReadOnlyCollection<string> Errors => [.. _errors];

    /// <summary>What Chatter's own parts said.</summary>
    public IReadOnlyCollection<string> Lines => [.. _lines];

    public ILogger CreateLogger(string categoryName) => new Log(this, categoryName);

    public void Dispose()
    {
    }

    private sealed class Log(ServerLog log, string category) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= (IsOurs ? LogLevel.Information : LogLevel.Error);

        void ILogger.Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (logLevel >= LogLevel.Error) log._errors.Enqueue($"{category}: {formatter(state, exception)} {exception}");
            if (IsOurs && IsEnabled(logLevel)) log._lines.Enqueue(formatter(state, exception));
        }

        private bool IsOurs => category.StartsWith("Chatter.", StringComparison.Ordinal);
    }
}
