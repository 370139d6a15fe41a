using System.Collections.Concurrent;
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
    private readonly BlockingCollection<Action> _waiting;
    private readonly Thread[] _threads;
    private long _computed;
    private volatile bool _stopping;

    public PasswordHashing(IPasswordHasher<ChatterUser> hasher, IOptions<AccountsSettings> settings, ChatterMetrics metrics)
    {
        (_hasher, _metrics) = (hasher, metrics);
        _waiting = new BlockingCollection<Action>(settings.Value.HashesWaiting);
        _threads = [.. Enumerable.Range(1, settings.Value.HashesAtOnce).Select(i => new Thread(Work) { IsBackground = true, Name = $"password hash {i}" })];
        foreach (var thread in _threads) thread.Start();
        metrics.ObserveHashes(() => _waiting.Count);
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

    public void Dispose()
    {
        _stopping = true;
        _waiting.CompleteAdding();
        foreach (var thread in _threads) thread.Join();
        _waiting.Dispose();
    }

    private Task<Outcome<T>> Run<T>(Func<T> compute, CancellationToken cancel)
    {
        var result = new TaskCompletionSource<Outcome<T>>(TaskCreationOptions.RunContinuationsAsynchronously);
        bool added;
        try
        {
            added = _waiting.TryAdd(Job, 0, CancellationToken.None);
        }
        catch (InvalidOperationException)
        {
            added = false; // Stopping: nobody would take it out again.
        }
        if (added) return result.Task;
        _metrics.LimitHit(nameof(AccountsSettings.HashesWaiting));
        return Task.FromResult<Outcome<T>>(Busy);

        void Job()
        {
            // Who hung up while waiting doesn't cost a hash.
            if (cancel.IsCancellationRequested)
            {
                result.TrySetCanceled(cancel);
                return;
            }
            if (_stopping)
            {
                result.TrySetResult(Busy);
                return;
            }
            try
            {
                var value = compute();
                Interlocked.Increment(ref _computed);
                result.TrySetResult(value);
            }
            catch (Exception e)
            {
                result.TrySetException(e);
            }
        }
    }

    private void Work()
    {
        foreach (var job in _waiting.GetConsumingEnumerable()) job();
    }
}
