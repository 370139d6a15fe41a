using Chatter.Chat.Protocol;
using Chatter.Chat.Settings;
using Chatter.Chat.Telemetry;
using Microsoft.Extensions.Options;

namespace Chatter.Chat.Files;

/// <summary>So many uploads at a time, in all and of each user: each holds a connection and a part of the disk for as long as it takes.</summary>
internal sealed class UploadPlaces(IOptions<FilesSettings> settings, ChatterMetrics metrics)
{
    private static readonly Refusal TooMany = new(ErrorCodes.Unavailable, "The server takes as many files as it can. Try again in a moment.") { RetryAfter = 2 };
    private static readonly Refusal TooManyOfUser = new(ErrorCodes.RateLimited, "You are uploading as many files as you may at a time. Try again when one is done.") { RetryAfter = 1 };

    private readonly Lock _lock = new();
    private readonly Dictionary<Guid, int> _byUser = [];
    private int _count;

    /// <summary>Takes a place; disposing it gives it back.</summary>
    public Outcome<Place> Enter(Guid user)
    {
        lock (_lock)
        {
            var (isFull, isFullOfUser) = (_count >= settings.Value.UploadsAtOnce, _byUser.GetValueOrDefault(user) >= settings.Value.UploadsPerUser);
            if (isFull || isFullOfUser)
            {
                metrics.LimitHit(isFullOfUser ? nameof(FilesSettings.UploadsPerUser) : nameof(FilesSettings.UploadsAtOnce));
                return isFullOfUser ? TooManyOfUser : TooMany;
            }
            _count++;
            _byUser[user] = _byUser.GetValueOrDefault(user) + 1;
        }
        return new Place(this, user);
    }

    private void Leave(Guid user)
    {
        lock (_lock)
        {
            _count--;
            if (_byUser[user] == 1) _byUser.Remove(user);
            else _byUser[user]--;
        }
    }

    internal sealed class Place(UploadPlaces places, Guid user) : IDisposable
    {
        public void Dispose() => places.Leave(user);
    }
}
