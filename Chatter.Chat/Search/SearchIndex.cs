using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Chatter.Chat.Search;

/// <summary>What is known of the index in this process, between the one who writes it and those who search it.</summary>
internal sealed class SearchIndex
{
    private static readonly TimeSpan HealthyWithin = TimeSpan.FromSeconds(10);

    private readonly Lock _lock = new();
    private int _generation;
    private bool _trusted = true;
    private bool _isOpen;
    private bool _caughtUp;
    private bool _failed;
    private long _behind;
    private long _behindSince = Environment.TickCount64;

    /// <summary>Changes with the file: who has another open has a file that is none any more.</summary>
    public int Generation
    {
        get
        {
            lock (_lock) return _generation;
        }
    }

    /// <summary>Whether nobody has found it damaged.</summary>
    public bool IsTrusted
    {
        get
        {
            lock (_lock) return _trusted;
        }
    }

    /// <summary>Whether there is one that was made for this log, so that it can be searched.</summary>
    public bool IsOpen
    {
        get
        {
            lock (_lock) return _isOpen && _trusted;
        }
    }

    /// <summary>Whether everything can be found that was written up to a moment ago.</summary>
    public bool IsComplete
    {
        get
        {
            lock (_lock) return _caughtUp && _trusted && Behindness < HealthyWithin;
        }
    }

    /// <summary>Whether the last attempt to take something in went well.</summary>
    public bool IsHealthy
    {
        get
        {
            lock (_lock) return _trusted && !_failed;
        }
    }

    /// <summary>Events that it lacked when all rooms were last looked at, less those taken in since.</summary>
    public long Behind
    {
        get
        {
            lock (_lock) return _behind;
        }
    }

    /// <summary>How long it has lacked some without having caught up.</summary>
    public TimeSpan Age
    {
        get
        {
            lock (_lock) return Behindness;
        }
    }

    private TimeSpan Behindness => _behindSince == 0 ? TimeSpan.Zero : TimeSpan.FromMilliseconds(Environment.TickCount64 - _behindSince);

    /// <summary>Whether an error says that the file isn't what it should be.</summary>
    public static bool IsDamage(SqliteException error) => error.SqliteErrorCode is raw.SQLITE_CORRUPT or raw.SQLITE_NOTADB;

    /// <summary>Somebody has found this one to be damaged. It is replaced by the one who writes it.</summary>
    public void Distrust(int generation)
    {
        lock (_lock)
        {
            if (generation != _generation) return;
            (_trusted, _caughtUp) = (false, false);
            _generation++;
        }
    }

    /// <summary>The one that is there is this log's.</summary>
    public void Opened()
    {
        lock (_lock) _isOpen = true;
    }

    /// <summary>There is a new, empty one.</summary>
    public int Renewed()
    {
        lock (_lock)
        {
            (_trusted, _isOpen, _caughtUp) = (true, true, false);
            return ++_generation;
        }
    }

    public void Failed()
    {
        lock (_lock) _failed = true;
        Lacks();
    }

    /// <summary>All rooms were looked at, and so many events are not in it yet.</summary>
    public void Seen(long behind)
    {
        lock (_lock) _behind = behind;
        if (behind > 0) Lacks();
    }

    public void Took(long events)
    {
        lock (_lock) _behind = Math.Max(0, _behind - events);
    }

    public void CaughtUp()
    {
        lock (_lock) (_caughtUp, _failed, _behind, _behindSince) = (true, false, 0, 0);
    }

    private void Lacks()
    {
        lock (_lock)
            if (_behindSince == 0) _behindSince = Environment.TickCount64;
    }
}
