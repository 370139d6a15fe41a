using Chatter.App.Languages;
using Chatter.Chat.Protocol;

namespace Chatter.App.Session;

/// <summary>What is known of a room that one is a member of: a fold of its entry and of the events since.</summary>
public sealed class RoomState
{
    private static readonly TimeSpan TypingShown = TimeSpan.FromSeconds(6);
    private const int KeptUnseen = 50;

    private const int MostQuotes = 200;

    /// <summary>More than three are shown as several.</summary>
    private const int MostTyping = 20;

    private readonly OrderedDictionary<string, PendingMessage> _pending = [];
    private readonly Recent<Guid, RoomEvent?> _quotes = new(MostQuotes);
    private readonly Recent<Guid, (UserRef User, DateTimeOffset Until)> _typing = new(MostTyping);
    private long _counted;
    private long _seen;
    private RoomEntry _entry;

    public RoomState(RoomEntry entry, Blocks? blocks = null)
    {
        Blocks = blocks ?? new Blocks();
        Window = new RoomWindow(entry.Last);
        Info = entry.Room;
        Role = entry.Role;
        _entry = entry;
        _seen = entry.Last;
        Enter(entry);
    }

    public Guid Id => Info.Id;

    /// <summary>Whom the reader wants to have nothing to do with, in all rooms.</summary>
    public Blocks Blocks { get; }

    /// <summary>Of a conversation of two: the other one.</summary>
    public UserRef? Partner => IsDirect && People is [var other] ? other : null;

    /// <summary>Whether it is a conversation, which has no name.</summary>
    public bool IsDirect => Info.Direct is true;

    /// <summary>Of a conversation: the others in it.</summary>
    public IReadOnlyList<UserRef> People { get; private set; } = [];

    /// <summary>What it is called: its name, or those of the others.</summary>
    public string Title => !IsDirect ? Info.Name : People.Count > 0 ? string.Join(Words.Of("ListSeparator"), People.Select(static p => p.Name)) : Words.Of("NobodyElse");

    /// <summary>What is unread and meant for the reader himself.</summary>
    public long Calls => IsMuted ? 0 : IsDirect ? Unread : Mentions;

    public RoomInfo Info { get; private set; }
    public string Role { get; private set; }
    public bool IsOwner => Role == Roles.Owner;

    /// <summary>Whether the reader may act on members and their messages.</summary>
    public bool Moderates => Roles.Rank(Role) > 0;

    /// <summary>Whether the reader can show others the way in: into a public room everybody does, into a private one the owner.</summary>
    public bool MayInvite => !IsDirect && (IsOwner || !Info.Private);

    /// <summary>Until when the reader may not write here, or null; it may be over.</summary>
    public DateTimeOffset? MutedUntil { get; private set; }
    public long First { get; private set; }
    public long Last { get; private set; }
    public long Read { get; private set; }
    public long Unread { get; private set; }
    /// <summary>Of the unread messages, those that mention the reader.</summary>
    public long Mentions { get; private set; }

    /// <summary>What the reader wants to be told, one of <see cref="NotifyLevels"/>.</summary>
    public string Notify { get; private set; } = NotifyLevels.All;

    /// <summary>Whether the reader wants to hear nothing of it.</summary>
    public bool IsMuted => Notify == NotifyLevels.Nothing;

    /// <summary>Whether it stands among the reader's favourites.</summary>
    public bool Favourite { get; private set; }

    /// <summary>A stranger began this conversation, and the reader hasn't answered.</summary>
    public bool IsRequest { get; private set; }

    /// <summary>The reader doesn't want the conversation in the list until something happens in it.</summary>
    public bool IsHidden { get; private set; }

    /// <summary>What is unread and counts for the reader.</summary>
    public long Counted => Notify switch { NotifyLevels.All => Unread, NotifyLevels.Mentions => Mentions, _ => 0 };

    /// <summary>The newest message that is known, as it is now; perhaps only its beginning.</summary>
    public RoomEvent? Latest { get; private set; }

    public RoomWindow Window { get; }
    public IReadOnlyList<PendingMessage> Pending => _pending.Values;

    /// <summary>Whether the reader looks at the room's newest row now.</summary>
    public bool Watched { get; private set; }

    /// <summary>Whether the log is scrolled to its end, seen or not.</summary>
    public bool Following { get; private set; } = true;

    /// <summary>The read mark as it was when something unseen came: above what follows it stands "new".</summary>
    public long? NewAfter { get; private set; }

    /// <summary>Messages of others that came while the reader looked at older ones.</summary>
    public int Unseen { get; private set; }

    /// <summary>Rises whenever somebody joins, leaves, is removed, or becomes owner.</summary>
    public int MembersVersion { get; private set; }

    /// <summary>Rises whenever something is pinned or no longer.</summary>
    public int PinsVersion { get; private set; }

    /// <summary>The message that one answers or edits, or null.</summary>
    public Writing? Writing { get; set; }

    /// <summary>Why the last page of the log couldn't be had, or null.</summary>
    public Refusal? PageRefusal { get; set; }

    /// <summary>The event that the reader wants to see, until it is shown.</summary>
    public long? Goal { get; set; }

    /// <summary>Whether the reader moved the mark back, and wants it to stay there while he looks on.</summary>
    public bool KeptUnread { get; private set; }

    /// <summary>Whether it can be told how many messages are unread from a held one on.</summary>
    public bool KnowsUnread => Window.AtEnd || Read <= Window.To;

    public bool HasOlder => Window.From > First;

    /// <summary>Takes an entry of <c>welcome</c>, <c>rooms</c> or <c>subscribed</c>: its counts include all events up to its <c>last</c>.</summary>
    public void Enter(RoomEntry entry)
    {
        _entry = entry;
        (Info, Role, First) = (entry.Room, entry.Role, entry.First);
        (Last, Read) = (Math.Max(Last, entry.Last), Math.Max(Read, entry.Read));
        // A mark that is lost with the connection is told again by the client, and nobody tells the count anew then.
        (Unread, Mentions) = Read >= entry.Last ? (0, 0) : (entry.Unread, entry.Mentions ?? 0);
        People = entry.People ?? [];
        (Notify, Favourite, MutedUntil) = (entry.Notify ?? NotifyLevels.All, entry.Favourite is true, entry.MutedUntil);
        (IsRequest, IsHidden) = (entry.Request is true, entry.Hidden is true);
        _counted = entry.Last;
        MembersVersion++;
    }

    /// <summary>Says what the newest message is, where none is known that is newer.</summary>
    public void Preview(RoomEvent latest)
    {
        if (Latest is null || latest.Seq > Latest.Seq) Latest = latest;
    }

    /// <summary>Whether the reader may say something here.</summary>
    public bool MayWrite(DateTimeOffset now) => MayReact(now) && (Info.Announce is not true || Moderates);

    /// <summary>Whether the reader may react to something here.</summary>
    public bool MayReact(DateTimeOffset now) => Info.Archived is not true && !(MutedUntil > now);

    /// <summary>The server moved the cursor (<c>reset</c>): what lies between is paged where it is wanted.</summary>
    public void Reset(ResetFrame frame)
    {
        (First, Last, _seen) = (frame.First, frame.Last, frame.Last);
        _counted = Math.Max(_counted, frame.Last);
        if (frame.Reason != ResetReasons.Behind) Forget();
        if (frame.Reason == ResetReasons.Behind && !Following) Window.Miss();
        else Window.Empty(frame.Last);
        Settle();
    }

    /// <summary>What was held is of another history of this room: marks beyond its end would hide what comes.</summary>
    private void Forget()
    {
        (Read, Unread, Mentions, NewAfter, Unseen) = (_entry.Read, _entry.Unread, _entry.Mentions ?? 0, null, 0);
        Latest = null;
        RemovePending(static p => p.Seq is not null);
        (Writing, Goal) = (null, null);
    }

    /// <summary>Takes an event.</summary>
    /// <returns>Whether it is a message of somebody else that the reader can't know yet.</returns>
    public bool Apply(RoomEvent happened, UserInfo? me)
    {
        // Resumed events that the entry's counts include already must not be counted again.
        var uncounted = happened.Seq > _counted;
        Last = Math.Max(Last, happened.Seq);
        _seen = Math.Max(_seen, happened.Seq);
        _counted = Math.Max(_counted, happened.Seq);
        Window.Offer(happened, Following, me?.Id);
        if (MessageFold.IsChange(happened)) Change(happened, me);
        if (uncounted) Fold(happened, me);
        // Who is gone is told by this alone in a room of many.
        foreach (var gone in happened.Users ?? [])
            if (gone.Name == DeletedUser.Name && happened.Kind == EventKinds.Left) Rename(gone);
        if (happened.Kind == EventKinds.Message) Message(happened, me, uncounted);
        Settle();
        return uncounted && happened is { Kind: EventKinds.Message, Redacted: not true } && happened.From?.Id != me?.Id && happened.Seq > Read && !Blocks.Has(happened.From?.Id);
    }

    /// <summary>Gives somebody another name in all that is known of the room.</summary>
    public void Rename(UserRef user)
    {
        Window.Rename(user);
        People = People.Renamed(user);
        Latest = Latest?.Renamed(user);
        foreach (var id in _quotes.Keys) _quotes.Set(id, _quotes.Find(id)?.Renamed(user));
        _typing.Remove(user.Id);
        MembersVersion++;
    }

    private void Fold(RoomEvent happened, UserInfo? me)
    {
        var people = happened.Users?.Count ?? 0;
        Info = (happened.Kind switch
        {
            EventKinds.Joined => Info with { Members = Info.Members + people },
            EventKinds.Left or EventKinds.Removed => Info with { Members = Math.Max(0, Info.Members - people) },
            EventKinds.Renamed when happened.Name is { } name => Info with { Name = name },
            EventKinds.Topic => Info with { Topic = string.IsNullOrEmpty(happened.Topic) ? null : happened.Topic },
            EventKinds.Owner when happened.User is { } owner => Info with { Owner = owner.Id },
            EventKinds.Announce => Info with { Announce = happened.On is true ? true : null },
            EventKinds.Archived => Info with { Archived = happened.On is true ? true : null },
            _ => Info,
        }) with
        { LastActivityAt = happened.At };
        IsHidden = false;
        if (IsDirect && happened.Kind is EventKinds.Joined) People = [.. People.Concat(happened.Users ?? []).Where(p => p.Id != me?.Id).DistinctBy(static p => p.Id)];
        if (IsDirect && happened.Kind is EventKinds.Left) People = [.. People.Where(p => happened.Users?.Any(gone => gone.Id == p.Id) is not true)];
        if (happened.Kind is EventKinds.Joined or EventKinds.Left or EventKinds.Removed or EventKinds.Owner or EventKinds.Role or EventKinds.Muted) MembersVersion++;
        if (happened.Kind == EventKinds.Owner) Role = happened.User?.Id == me?.Id ? Roles.Owner : IsOwner ? Roles.Member : Role;
        if (me is null || happened.User?.Id != me.Id) return;
        if (happened is { Kind: EventKinds.Role, Role: { } role }) Role = role;
        if (happened.Kind == EventKinds.Muted) MutedUntil = happened.Until;
    }

    private void Change(RoomEvent change, UserInfo? me)
    {
        var target = change.Target ?? default;
        if (change.Kind is EventKinds.Pinned or EventKinds.Deleted) PinsVersion++;
        if (Latest?.Id == target) Latest = MessageFold.Apply(Latest, change, me?.Id);
        if (_quotes.Find(target) is { } quoted) _quotes.Set(target, MessageFold.Apply(quoted, change, me?.Id));
        // Nobody can answer or edit it any more.
        if (change.Kind == EventKinds.Deleted && Writing?.Message.Id == target) Writing = null;
    }

    private void Message(RoomEvent message, UserInfo? me, bool uncounted)
    {
        if (message.From is { } author) _typing.Remove(author.Id);
        Preview(message);
        if (message.From?.Id == me?.Id)
        {
            // Who writes takes it up.
            IsRequest = false;
            if (message.Nonce is { } nonce) _pending.Remove(nonce);
            if (uncounted) (Read, Unread, Mentions, KeptUnread) = (Math.Max(Read, message.Seq), 0, 0, false);
        }
        else
        {
            if (uncounted && message.Seq > Read)
            {
                Unread++;
                if (CallsReader(message, me)) Mentions++;
            }
            if (!Watched) NewAfter ??= message.Seq - 1;
            if (!Following) Unseen++;
        }
    }

    /// <summary>Another of one's sockets moved the mark.</summary>
    public void Apply(ReadFrame frame) => (Read, Unread, Mentions, KeptUnread) = (frame.Seq, frame.Unread, frame.Mentions ?? 0, false);

    /// <summary>What the reader wants of the room was changed.</summary>
    public void Apply(MembershipFrame frame) =>
        (Notify, Favourite, IsRequest, IsHidden) = (frame.Notify, frame.Favourite, frame.Request is true, frame.Hidden is true);

    /// <summary>Moves the mark to the end, if the reader looks at it.</summary>
    /// <returns>The new mark, where it moved.</returns>
    public long? MarkRead()
    {
        if (KeptUnread || !Watched || !Window.AtEnd || Window.To < Last || (Read >= Last && Unread == 0)) return null;
        return MarkAllRead();
    }

    /// <summary>The reader knows what is there, without looking.</summary>
    public long MarkAllRead()
    {
        (Read, Unread, Mentions, KeptUnread) = (Last, 0, 0, false);
        return Last;
    }

    /// <summary>Moves the mark back to before a held event, where it stays while the reader looks on.</summary>
    public void MarkUnread(long seq, UserInfo? me)
    {
        var (beyond, mentionsBeyond) = Window.AtEnd ? (0, 0) : (Unread - OfOthers(Read).Count(), Mentions - OfOthers(Read).Count(NamesMe));
        (Read, Unread, Mentions) = (seq - 1, OfOthers(seq - 1).Count() + beyond, OfOthers(seq - 1).Count(NamesMe) + mentionsBeyond);
        (NewAfter, KeptUnread) = (seq - 1, true);

        IEnumerable<RoomEvent> OfOthers(long after) => Window.Events.Where(e => e.Seq > after && e.Kind == EventKinds.Message && e.From?.Id != me?.Id);
        bool NamesMe(RoomEvent e) => CallsReader(e, me);
    }

    /// <summary>Whether a message calls the reader: who is blocked calls nobody.</summary>
    private bool CallsReader(RoomEvent message, UserInfo? me) => me is not null && !Blocks.Has(message.From?.Id) && Mention.Names(message.CurrentText(), me.Name);

    /// <summary>The reader knows what was new.</summary>
    public void Dismiss() => (NewAfter, KeptUnread) = (null, false);

    /// <summary>Where the reader is, as the browser sees it.</summary>
    public void Look(bool atEnd, bool visible)
    {
        Following = atEnd && Window.AtEnd;
        Watched = Following && visible;
        if (Following) Unseen = 0;
    }

    /// <summary>The reader opens the room: what is unread by then is marked as new.</summary>
    public void Open()
    {
        NewAfter = Unread > 0 ? Read : null;
        (Following, Unseen, KeptUnread) = (true, 0, false);
    }

    /// <summary>The reader goes elsewhere; a few rows stay, so that coming back shows something at once.</summary>
    public void Close()
    {
        (Watched, Following, Unseen, NewAfter, Goal) = (false, true, 0, null, null);
        _quotes.Clear();
        if (Window.AtEnd) Window.Keep(KeptUnseen);
        else Window.Empty(Last);
    }

    /// <summary>Back to the newest, whatever is held now.</summary>
    public void JumpToEnd()
    {
        if (!Window.AtEnd) Window.Empty(Last);
        (Following, Unseen) = (true, 0);
    }

    /// <summary>A message that another answers, as it is now.</summary>
    /// <returns>False where it isn't known yet; true with null where it is gone.</returns>
    public bool TryQuote(Guid id, out RoomEvent? message)
    {
        message = Window.Find(id);
        return message is not null || _quotes.TryGet(id, out message);
    }

    /// <summary>Remembers a message that isn't held, for quoting; null where there is none.</summary>
    public void Quote(Guid id, RoomEvent? message) => _quotes.Set(id, message);

    public void Typing(UserRef user, DateTimeOffset now) => _typing.Set(user.Id, (user, now + TypingShown));

    public IReadOnlyList<UserRef> TypingNow(DateTimeOffset now) => [.. _typing.Values.Where(t => t.Until > now && !Blocks.Has(t.User.Id)).OrderBy(t => t.User.Name, StringComparer.Ordinal).Select(t => t.User)];

    /// <summary>When the next of those who write will be shown no longer.</summary>
    public DateTimeOffset? TypingUntil(DateTimeOffset now) => _typing.Values.Where(t => t.Until > now).Select(t => (DateTimeOffset?)t.Until).Min();

    /// <summary>Shows an own message before it is committed.</summary>
    /// <returns>False where that nonce waits here already.</returns>
    public bool AddPending(PendingMessage pending)
    {
        if (!_pending.TryAdd(pending.Nonce, pending)) return false;
        NewAfter = null;
        return true;
    }

    public PendingMessage? FindPending(string nonce) => _pending.GetValueOrDefault(nonce);

    public void ReplacePending(PendingMessage pending)
    {
        if (_pending.ContainsKey(pending.Nonce)) _pending[pending.Nonce] = pending;
        Settle();
    }

    public void RemovePending(string nonce) => _pending.Remove(nonce);

    private void RemovePending(Predicate<PendingMessage> gone)
    {
        for (var i = _pending.Count - 1; i >= 0; i--)
            if (gone(_pending.GetAt(i).Value)) _pending.RemoveAt(i);
    }

    /// <summary>What is committed at or before the cursor has been seen, or lies where only paging finds it.</summary>
    private void Settle() => RemovePending(p => p.Seq <= _seen);
}
