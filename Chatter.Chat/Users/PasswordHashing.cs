using Chatter.Chat.Protocol;
using Chatter.Chat.Settings;
using Chatter.Chat.Storage;
using Chatter.Chat.Telemetry;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;

namespace Chatter.Chat.Users;

/// <summary>
/// Hashes passwords on a few threads of its own, with a bounded queue before them: a hash is slow on purpose, and a flood of logins must take neither
/// the processors nor the pool's threads from the messages.
/// </summary>
internal sealed class PasswordHashing : IDisposable
{
    private static readonly Refusal Busy = new(ErrorCodes.RateLimited, "Too many people log in at this moment. Wait a moment, then try again.") { RetryAfter = 2 };
    private static readonly ChatterUser Nobody = new() { DisplayName = "" };

    private readonly IPasswordHasher<ChatterUser> _hasher;
    private readonly ChatterMetrics _metrics;
    private readonly WorkerThreads _threads;
    private long _computed;

    public PasswordHashing(IPasswordHasher<ChatterUser> hasher, IOptions<AccountsSettings> settings, ChatterMetrics metrics)
    {
        (_hasher, _metrics) = (hasher, metrics);
        _threads = new WorkerThreads("password hash", settings.Value.HashesAtOnce, settings.Value.HashesWaiting);
        metrics.ObserveHashes(() => _threads.Waiting);
    }

    /// <summary>How many were computed.</summary>
    public long Computed => Volatile.Read(ref _computed);

    public Task<Outcome<string>> Hash(string password, CancellationToken cancel) => Run(() => _hasher.HashPassword(Nobody, password), cancel);

    /// <summary>Compares a password with a hash; with none, for a name that doesn't exist, it takes the same time and fails.</summary>
    public Task<Outcome<PasswordVerificationResult>> Verify(string? hash, string password, CancellationToken cancel) => Run(() =>
    {
        if (hash is not null) return _hasher.VerifyHashedPassword(Nobody, hash, password);
        _hasher.HashPassword(Nobody, password);
        return PasswordVerificationResult.Failed;
    }, cancel);

    public void Dispose() => _threads.Dispose();

    private Task<Outcome<T>> Run<T>(Func<T> compute, CancellationToken cancel)
    {
        // Who hung up while waiting doesn't cost a hash.
        if (_threads.TryRun<Outcome<T>>(Guid.Empty, Count, Busy, cancel) is { } result) return result;
        _metrics.LimitHit(nameof(AccountsSettings.HashesWaiting));
        return Task.FromResult<Outcome<T>>(Busy);

        Outcome<T> Count()
        {
            var value = compute();
            Interlocked.Increment(ref _computed);
            return value;
        }
    }
}
