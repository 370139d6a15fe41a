using Chatter.Chat.Broadcasting;
using Chatter.Chat.Protocol;
using Chatter.Chat.Storage;
using Chatter.Chat.Users;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Chatter.Chat.Gateway;

/// <summary>
/// Looks after the sessions of open sockets: using them puts their end off, and one that has ended all the same (its absolute life is over) loses its
/// sockets. Revoking is not waited for here: it closes them at once.
/// </summary>
internal sealed partial class SessionWatch(Connections connections, SessionService sessions, TimeProvider time, ILogger<SessionWatch> logger) : BackgroundService
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(15);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Every, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                foreach (var session in connections.All.Select(static socket => socket.SessionId).Distinct().ToArray())
                    if (await sessions.Touch(session, stoppingToken) is null) connections.CloseSession(session, CloseCodes.NotAuthenticated);
            }
            catch (StoreUnavailableException e)
            {
                Log.Failed(logger, e);
            }
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "The sessions of open sockets could not be looked at; they will be next time")]
        public static partial void Failed(ILogger logger, Exception error);
    }
}
