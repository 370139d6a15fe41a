using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using Chatter.Chat.Protocol;
using Chatter.Chat.Storage;

namespace Chatter.Chat.Maintenance;

/// <summary>
/// Walks one room's log from its beginning and folds it; at its end head, members and read marks have to be what the fold says. The walk is in snapshots of
/// a page each; the last one sees the end of the log together with what is derived from it.
/// </summary>
internal sealed class RoomCheck
{
    private const int Page = 5_000;

    private readonly StoreConnection _store;
    private readonly byte[] _key;
    private readonly Guid _room;
    private readonly bool _hasSums;
    private readonly Action<Finding> _report;
    private readonly RoomFold _fold;
    private readonly ChangeFold? _changes;
    private readonly bool _hasFiles;
    private bool _deleted;
    private bool _summed;
    private long _last;
    private long _at = long.MinValue;

    /// <param name="store">A connection that reads.</param>
    /// <param name="key">The room's id as it is in the store.</param>
    /// <param name="hasSums">Whether events have checksums.</param>
    /// <param name="hasChanges">Whether what became of messages is noted.</param>
    /// <param name="hasPins">Whether pins are noted.</param>
    /// <param name="report">Gets what is wrong.</param>
    public RoomCheck(StoreConnection store, byte[] key, bool hasSums, bool hasChanges, bool hasPins, Action<Finding> report)
    {
        (_store, _key, _hasSums, _report) = (store, key, hasSums, report);
        _room = key.Length == 16 ? new Guid(key, bigEndian: true) : Guid.Empty;
        _fold = new RoomFold(Report);
        _hasFiles = AttachmentFiles.AreIn(store);
        _changes = hasChanges ? new ChangeFold(store, _room, hasPins, Report) : null;
    }

    public long Events { get; private set; }

    public long Unsummed { get; private set; }

    public void Run()
    {
        while (_store.Snapshot(Step)) { }
    }

    /// <summary>Reads an event's further fields.</summary>
    public static bool TryParse(string? json, [NotNullWhen(true)] out EventData? data)
    {
        data = EventData.None;
        if (json is null) return true;
        try
        {
            data = JsonSerializer.Deserialize(json, EventDataContext.Default.EventData);
        }
        catch (JsonException)
        {
            data = null;
        }
        return data is not null;
    }

    private bool Step()
    {
        if (Events == 0) _deleted = _store.First("select deleted_at is not null from rooms where id = $1", static row => row.GetInt64(0), _key) == 1;
        var read = 0;
        // Constants, which the connection knows by their references.
        var command = _hasSums
            ? _store.Command($"select {EventColumns.Names}, sum from events where room = $1 and seq > $2 order by seq limit $3", _key, _last, Page)
            : _store.Command($"select {EventColumns.Names}, null from events where room = $1 and seq > $2 order by seq limit $3", _key, _last, Page);
        using (var rows = command.ExecuteReader())
        {
            for (; rows.Read(); read++)
            {
                var seq = rows.GetInt64(0);
                // A deleted room's log is swept from its beginning, a little at a time.
                if (seq != _last + 1 && !(_deleted && _last == 0)) Report(Laws.Gaps, seq, $"the event before it is {_last}.");
                _last = seq;
                try
                {
                    Take(EventColumns.Read(rows, _room), rows.IsDBNull(10) ? null : rows.GetInt64(10));
                }
                catch (Exception e) when (e is ArgumentException or InvalidCastException or InvalidOperationException or FormatException or OverflowException)
                {
                    Report(Laws.Event, seq, "it can't be read: a column has the wrong type or length.");
                }
            }
        }
        Events += read;
        if (read == Page) return true;
        if (_deleted || _room == Guid.Empty) return false;
        new RoomEndCheck(_store, _room, _fold, Report).Run(_last, _at);
        _changes?.Check();
        return false;
    }

    private void Take(EventColumns row, long? sum)
    {
        if (sum is null)
        {
            Unsummed++;
            if (_summed) Report(Laws.Sum, row.Seq, "it has no checksum, though events before it have.");
        }
        else
        {
            _summed = true;
            if (sum != row.Sum()) Report(Laws.Sum, row.Seq, "it isn't as it was written: its checksum is another.");
        }
        if (row.Id.Version != 7) Report(Laws.Ids, row.Seq, "its id isn't of version 7.");
        if (row.At < _at) Report(Laws.Time, row.Seq, "its time is before that of the event before it.");
        _at = Math.Max(_at, row.At);
        if (EventRows.KindName(row.Kind) is not { } kind) Report(Laws.Event, row.Seq, $"there is no kind {row.Kind}.");
        else if (!TryParse(row.Data, out var data)) Report(Laws.Event, row.Seq, "its data can't be parsed.");
        else if (WrongWith(kind, row, data) is { } wrong) Report(Laws.Event, row.Seq, wrong);
        else if (!_deleted) Fold(row, kind, data);
    }

    private void Fold(EventColumns row, string kind, EventData data)
    {
        _fold.Add(row, kind, data);
        _changes?.Add(row, kind, data);
        foreach (var attachment in data.Attachments ?? [])
            if (!_hasFiles || AttachmentRows.Find(_store, _room, attachment.Id)?.Message != row.Seq) Report(Laws.Attachments, row.Seq, $"its file {attachment.Id} isn't known to be in it.");
    }

    private static string? WrongWith(string kind, EventColumns row, EventData data)
    {
        var isByNobody = kind is EventKinds.Joined or EventKinds.Left;
        if (isByNobody != row.Sender is null || row.Sender is null != row.SenderName is null) return $"`{kind}` has half a sender, none, or one that doesn't belong to it.";
        var isWhole = kind switch
        {
            EventKinds.Message => (row.Text is { Length: > 0 } || row.Text is "" && data.Attachments is { Count: > 0 }) != (data.Redacted == true),
            EventKinds.Edited => data.Target is not null && row.Text is { Length: > 0 } != (data.Redacted == true),
            EventKinds.Pinned => data is { Target: not null, On: not null },
            EventKinds.Reacted => data is { Target: not null, Emoji: not null, On: not null },
            EventKinds.Joined or EventKinds.Left or EventKinds.Removed => data.Users is { Count: > 0 },
            EventKinds.Renamed => data.Name is not null,
            EventKinds.Topic => data.Topic is not null,
            EventKinds.Owner or EventKinds.Muted => data.User is not null,
            EventKinds.Role => data is { User: not null, Role: Roles.Moderator or Roles.Member },
            EventKinds.Announce or EventKinds.Archived => data.On is not null,
            _ => data.Target is not null,
        };
        return isWhole ? null : $"`{kind}` lacks what belongs to it.";
    }

    private void Report(string law, long? seq, string what) => _report(new Finding(law, _room, seq, what));
}
