using Chatter.Chat.Protocol;
using Chatter.Chat.Settings;
using Chatter.Chat.Telemetry;
using Microsoft.Extensions.Options;

namespace Chatter.Chat.Files;

/// <summary>
/// Places for uploads, of each user and in all, each with its part of the disk: what is free beyond what the messages keep is promised once. A place costs little, so there are many; where they
/// or the disk are used up, whoever sends so slowly that it is hardly sending gives up its place, so that no number of slow senders keeps the others out.
/// </summary>
internal sealed class UploadPlaces(FileFolder folder, IOptions<FilesSettings> settings, ChatterMetrics metrics, TimeProvider time)
{
    /// <summary>An upload that was given up for others.</summary>
    public static readonly Refusal TooSlow = new(ErrorCodes.Unavailable, "The upload was too slow at a moment when others waited. Try again.") { RetryAfter = 10 };

    /// <summary>The disk has no room beyond what the messages keep.</summary>
    public static readonly Refusal DiskFull = new(ErrorCodes.Unavailable, "The server has no room for files at this moment. Tell whoever runs it.") { RetryAfter = 60 };

    private static readonly Refusal TooMany = new(ErrorCodes.Unavailable, "The server takes as many files as it can. Try again in a moment.") { RetryAfter = 2 };
    private static readonly Refusal TooManyOfUser = new(ErrorCodes.RateLimited, "You are uploading as many files as you may at a time. Try again when one is done.") { RetryAfter = 1 };

    /// <summary>What any line has, in bytes a second: who is below it may have to give way.</summary>
    private const int Pace = 16_384;

    /// <summary>How long an upload is left alone, so that it can get going.</summary>
    private static readonly TimeSpan Start = TimeSpan.FromSeconds(10);

    private readonly Lock _lock = new();
    private readonly Dictionary<Guid, int> _byUser = [];
    private readonly HashSet<Place> _places = [];

    /// <summary>Whether the disk has what the messages keep for themselves.</summary>
    public bool IsDiskFree => folder.Free >= settings.Value.DiskFree;

    /// <summary>Takes a place; disposing it gives it back.</summary>
    /// <param name="user">Whose upload it is.</param>
    /// <param name="bytes">How many may come. The disk needs twice as much: pictures are cleaned into a second file.</param>
    public Outcome<Place> Enter(Guid user, long bytes)
    {
        Place? evicted = null;
        try
        {
            lock (_lock)
            {
                if (_byUser.GetValueOrDefault(user) >= settings.Value.UploadsPerUser) return Refuse(nameof(FilesSettings.UploadsPerUser), TooManyOfUser);
                var isFull = _places.Count >= settings.Value.UploadsAtOnce;
                // Of those that were given up the disk is free at once, or in a moment.
                if (isFull || !HasDisk(bytes)) evicted = GiveUpSlowest();
                if (isFull && evicted is null) return Refuse(nameof(FilesSettings.UploadsAtOnce), TooMany);
                if (!HasDisk(bytes)) return Refuse(nameof(FilesSettings.DiskFree), DiskFull);
                var place = new Place(this, user, bytes, time.GetTimestamp());
                _places.Add(place);
                _byUser[user] = _byUser.GetValueOrDefault(user) + 1;
                return place;
            }
        }
        finally
        {
            evicted?.GiveUp();
        }
    }

    private Outcome<Place> Refuse(string limit, Refusal refusal)
    {
        metrics.LimitHit(limit);
        return refusal;
    }

    private bool HasDisk(long bytes) => folder.Free - _places.Sum(static place => place.Reserved) - 2 * bytes >= settings.Value.DiskFree;

    private Place? GiveUpSlowest()
    {
        var slowest = _places.Where(place => time.GetElapsedTime(place.Since) > Start).Select(place => (Place: place, Pace: place.Written / time.GetElapsedTime(place.Since).TotalSeconds))
            .Where(static one => one.Pace < Pace).OrderBy(static one => one.Pace).FirstOrDefault().Place;
        if (slowest is not null) Remove(slowest);
        return slowest;
    }

    private void Remove(Place place)
    {
        if (!_places.Remove(place)) return;
        if (_byUser[place.User] == 1) _byUser.Remove(place.User);
        else _byUser[place.User]--;
    }

    private void Leave(Place place)
    {
        lock (_lock) Remove(place);
    }

    /// <summary>An upload's place.</summary>
    internal sealed class Place(UploadPlaces places, Guid user, long bytes, long since) : IDisposable
    {
        private readonly CancellationTokenSource _givenUp = new();
        private long _written;

        public Guid User => user;

        /// <summary>Of the disk, in bytes: what is still to be written.</summary>
        public long Reserved => Math.Max(0, 2 * bytes - Written);

        public long Written => Volatile.Read(ref _written);

        /// <summary>When it began, as a timestamp.</summary>
        public long Since => since;

        /// <summary>It was too slow while others waited.</summary>
        public CancellationToken GivenUp => _givenUp.Token;

        /// <summary>So many bytes came.</summary>
        public void Wrote(int count) => Interlocked.Add(ref _written, count);

        public void GiveUp()
        {
            try
            {
                _givenUp.Cancel();
            }
            catch (ObjectDisposedException)
            {
                // It ended at the same moment.
            }
        }

        public void Dispose()
        {
            places.Leave(this);
            _givenUp.Dispose();
        }
    }
}
