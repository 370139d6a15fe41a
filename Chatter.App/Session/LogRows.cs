using System.Globalization;
using Chatter.App.Languages;
using Chatter.Chat.Protocol;

namespace Chatter.App.Session;

/// <summary>Makes the rows of a room's log: days, grouping, notices, what is new, and what is on its way.</summary>
public static class LogRows
{
    public static readonly TimeSpan GroupedWithin = TimeSpan.FromMinutes(5);
    public static readonly TimeSpan LongWait = TimeSpan.FromSeconds(10);

    public static List<LogRow> Build(RoomState room, UserInfo? me, TimeZoneInfo zone, DateTimeOffset now)
    {
        var rows = new Rows(room, me, zone, now);
        foreach (var happened in room.Window.Events)
        {
            if (happened.Kind != EventKinds.Message)
            {
                if (Notices.Describe(happened, me) is { } text) rows.Notice(happened, text);
                continue;
            }
            var mine = happened.From?.Id == me?.Id;
            if (!mine && room.NewAfter < happened.Seq) rows.New();
            rows.Message(happened, mine);
        }
        if (me is not null && room.Window.AtEnd)
            foreach (var pending in room.Pending) rows.Pending(pending, new UserRef(me.Id, me.Name));
        return rows.Made;
    }

    private sealed class Rows(RoomState room, UserInfo? me, TimeZoneInfo zone, DateTimeOffset now)
    {
        private static readonly CultureInfo Culture = CultureInfo.InvariantCulture;
        private readonly DateTime _today = TimeZoneInfo.ConvertTime(now, zone).Date;
        private readonly HashSet<string> _nonces = [];
        private DateTime? _day;
        private (Guid Author, DateTimeOffset At)? _before;
        private bool _new;

        public List<LogRow> Made { get; } = [];

        public void New()
        {
            if (_new) return;
            _new = true;
            _before = null;
            Made.Add(new NewRow("new"));
        }

        public void Message(RoomEvent message, bool mine)
        {
            var author = message.From ?? new UserRef(Guid.Empty, Words.Of("Somebody"));
            var local = Local(message.At);
            // An own message keeps the key it had while it waited, so that its row stays the same element. After two days a nonce may be used again.
            var key = mine && message.Nonce is { } nonce && _nonces.Add(nonce) ? "n" + nonce : "e" + message.Seq.ToString(Culture);
            if (room.Blocks.Hides(message))
            {
                _before = null;
                Made.Add(new MessageRow(key, author, false, mine, "", Times.OfDay(local), Times.Full(local)) { Seq = message.Seq, Room = room.Id, Withheld = true });
                return;
            }
            var startsGroup = StartsGroup(author.Id, message.At, message.ReplyTo);
            Made.Add(new MessageRow(key, author, startsGroup, mine, message.Redacted is true ? null : message.CurrentText(), Times.OfDay(local), Times.Full(local))
            {
                Seq = message.Seq,
                Edited = message.Edited is { } edit ? Times.Full(edit.At, zone) : null,
                Reactions = message.Reactions,
                Room = room.Id,
                Attachments = message.Attachments,
                Quote = message is { ReplyTo: { } target, Redacted: not true } ? Quote.Of(room, target) : null,
                MentionsMe = !mine && me is not null && !room.Blocks.Has(author.Id) && Mention.Names(message.CurrentText(), me.Name),
                Pinned = message.Pinned is true,
                Saved = message.Saved is true,
                MayBeUnread = room.KnowsUnread,
                MayDelete = message.Redacted is not true && (mine || room.Moderates),
                MayWrite = room.MayWrite(now),
                MayReact = room.MayReact(now),
            });
        }

        public void Pending(PendingMessage pending, UserRef me)
        {
            // A page may bring its event before the answer comes, or the event itself.
            if (!_nonces.Add(pending.Nonce)) return;
            var local = Local(pending.At);
            var delivery = pending switch
            {
                { Refusal: not null } => Delivery.Refused,
                { Seq: not null } => Delivery.Confirmed,
                _ when now - pending.At >= LongWait => Delivery.WaitingLong,
                _ => Delivery.Waiting,
            };
            Made.Add(new MessageRow("n" + pending.Nonce, me, StartsGroup(me.Id, pending.At, pending.ReplyTo), true, pending.Text, Times.OfDay(local), Times.Full(local))
            {
                Quote = pending.ReplyTo is { } target ? Quote.Of(room, target) : null,
                Room = room.Id,
                Attachments = pending.Attachments,
                Delivery = delivery,
                Refusal = pending.Refusal,
                Nonce = pending.Nonce,
            });
        }

        public void Notice(RoomEvent happened, string text)
        {
            var local = Local(happened.At);
            _before = null;
            Made.Add(new NoticeRow("e" + happened.Seq.ToString(Culture), happened.Seq, text, Times.Full(local)));
        }

        private bool StartsGroup(Guid author, DateTimeOffset at, Guid? replyTo)
        {
            var grouped = replyTo is null && _before is { } before && before.Author == author && at - before.At < GroupedWithin;
            _before = (author, at);
            return !grouped;
        }

        private DateTimeOffset Local(DateTimeOffset at)
        {
            var local = TimeZoneInfo.ConvertTime(at, zone);
            // Days go forward only: a message may have waited since yesterday, and a clock set back at midnight makes a day begin twice.
            if (_day >= local.Date) return local;
            (_day, _before) = (local.Date, null);
            Made.Add(new DayRow("d" + local.ToString("yyyyMMdd", Culture), Times.Day(local, _today)));
            return local;
        }
    }
}
