namespace Chatter.Chat.Storage;

/// <summary>
/// The tables of the log and of what is derived from it. Written by hand, not by the EF model, since only plain SQL reads and writes them.
/// Ids are 16 bytes, big-endian, so that version 7 ids sort by time; times are Unix milliseconds.
/// </summary>
internal static class LogSchema
{
    public const string Sqlite = """
        create table store_info (key text not null primary key, value text not null) without rowid;

        create table rooms (
            id blob not null primary key, name text not null, name_key text not null, topic text not null, private integer not null,
            owner blob, created_at integer not null, deleted_at integer) without rowid;
        create unique index rooms_public_name on rooms (name_key) where private = 0 and deleted_at is null;
        create index rooms_by_name on rooms (name_key, id);

        -- What every append changes, narrow and apart from the room itself. `messages` counts messages only.
        create table room_heads (
            room blob not null primary key, last_seq integer not null, last_at integer not null, messages integer not null, members integer not null) without rowid;

        -- `read_messages` is the count of messages up to `read_seq`, and `own_after` that of one's own after it, so that
        -- unread = room_heads.messages - read_messages - own_after without counting.
        create table members (
            user blob not null, room blob not null, role integer not null, joined_at integer not null, joined_seq integer not null,
            read_seq integer not null, read_messages integer not null, own_after integer not null, primary key (user, room)) without rowid;
        create index members_by_room on members (room, joined_seq, user);

        -- `messages` is the count of messages up to and with this event.
        create table events (
            room blob not null, seq integer not null, id blob not null, at integer not null, kind integer not null, messages integer not null,
            sender blob, sender_name text, nonce text, text text, data text, primary key (room, seq)) without rowid;
        create unique index events_by_id on events (id);

        create table nonces (
            room blob not null, sender blob not null, nonce text not null, seq integer not null, hash blob not null, at integer not null,
            primary key (room, sender, nonce)) without rowid;
        create index nonces_by_age on nonces (at);

        -- `seq` is the room's last event when the invite was made.
        create table invites (
            hash blob not null primary key, room blob not null, seq integer not null, created_by blob not null, created_at integer not null, expires_at integer,
            uses_left integer) without rowid;
        create index invites_by_room on invites (room);
        create table invite_uses (invite blob not null, user blob not null, at integer not null, primary key (invite, user)) without rowid;

        -- By which event somebody was last removed from a room: older invites are no longer his. By the log, since a clock may stand still or run back.
        create table removals (room blob not null, user blob not null, seq integer not null, primary key (room, user)) without rowid;
        """;

    /// <summary>
    /// The checksum of <see cref="EventColumns"/>. Events that are older than it have none: to give them one would call right whatever they have become by now.
    /// </summary>
    public const string EventSums = "alter table events add column sum integer";

    /// <summary>
    /// What became of messages, so that a page can show it: the newest edit (its text is in the log), whether it is deleted, and who reacts to it now. All by
    /// the message's seq, next to its neighbours'. Derived from the log, in the transaction that appends to it.
    /// </summary>
    public const string Changes = """
        create table message_changes (
            room blob not null, message integer not null, edited integer, deleted integer, primary key (room, message)) without rowid;
        create table message_edits (room blob not null, message integer not null, seq integer not null, primary key (room, message, seq)) without rowid;
        create table reactions (
            room blob not null, message integer not null, emoji text not null, user blob not null, user_name text not null, seq integer not null,
            primary key (room, message, emoji, user)) without rowid;
        """;

    /// <summary>
    /// What belongs to one member: who is called by which message (all zeroes stand for everybody in the room), what was saved for later, what a member wants to
    /// hear of a room; and what is pinned, for all of them.
    /// </summary>
    public const string Personal = """
        alter table members add column notify integer not null default 0;
        alter table members add column favourite integer not null default 0;
        alter table message_changes add column pinned integer;

        create table mentions (
            user blob not null, room blob not null, message integer not null, at integer not null, sender blob not null, primary key (user, room, message)) without rowid;
        create index mentions_by_message on mentions (room, message);
        create index mentions_by_time on mentions (user, at);

        create table saved (user blob not null, room blob not null, message integer not null, at integer not null, primary key (user, room, message)) without rowid;
        create index saved_by_message on saved (room, message);
        create index saved_by_time on saved (user, at);
        """;

    /// <summary>
    /// Rooms in which only some write or nobody, and who may not write or come in for a while: apart from the memberships, since who leaves and comes back is
    /// still muted. 0 is no restriction, the largest number one without an end.
    /// </summary>
    public const string Moderation = """
        alter table rooms add column announce integer not null default 0;
        alter table rooms add column archived integer not null default 0;

        create table restrictions (
            room blob not null, user blob not null, muted_until integer not null default 0, banned_until integer not null default 0,
            banned_by blob, banned_at integer, reason text, primary key (room, user)) without rowid;
        """;

    /// <summary>
    /// Conversations: rooms without a name, told by who is in them. The key is that of the people whom it was begun with, so that the same people have one.
    /// </summary>
    public const string Conversations = """
        alter table rooms add column direct integer not null default 0;
        alter table rooms add column direct_key blob;
        create unique index rooms_by_people on rooms (direct_key) where direct_key is not null and deleted_at is null;
        """;

    /// <summary>Whose account is gone, so that nobody reads his name any longer in what the log has of him (<see cref="DeletedUsers"/>).</summary>
    public const string DeletedAccounts = "create table deleted_users (id blob not null primary key, at integer not null) without rowid";

    /// <summary>
    /// The files people sent: which there are, whose, and in which message (its seq; null until it is sent). The bytes lie beside the database (<see cref="StoreFiles.FileOf"/>). What is to be deleted of them is noted by
    /// id, in the transaction that makes it so: whatever happens then, somebody goes on with it.
    /// </summary>
    public const string Attachments = """
        create table attachments (
            id blob not null primary key, room blob not null, owner blob not null, message integer, name text not null, type text not null, size integer not null, hash blob not null,
            width integer, height integer, thumbnail_width integer, thumbnail_height integer, thumbnail_size integer, thumbnail_hash blob, created_at integer not null) without rowid;
        create index attachments_by_message on attachments (room, message);
        create index attachments_by_owner on attachments (owner, size, thumbnail_size);
        create index attachments_unused on attachments (created_at) where message is null;
        create table attachment_deletions (id blob not null primary key, at integer not null) without rowid;
        """;

    /// <summary>The pictures of people, one of each at most. The bytes lie with the files people sent, and what is to go of them is noted in <c>attachment_deletions</c>, too.</summary>
    public const string Avatars = """
        create table avatars (id blob not null primary key, user blob not null, size integer not null, hash blob not null, created_at integer not null) without rowid;
        create unique index avatars_by_user on avatars (user);
        """;

    /// <summary>Who wants to have nothing to do with whom.</summary>
    public const string Blocks = """
        create table blocks (user blob not null, blocked blob not null, at integer not null, primary key (user, blocked)) without rowid;
        create index blocks_by_blocked on blocks (blocked);
        """;

    /// <summary>Devices from which an account's password was right, by the hash of a random token that the device keeps. <c>returned</c>: it came with one already.</summary>
    public const string KnownDevices = """
        create table known_devices (user blob not null, device blob not null, at integer not null, returned integer not null, primary key (user, device)) without rowid
        """;

    /// <summary>Browsers that want to be pushed to: one for each session, and good as long as that is.</summary>
    public const string Push = """
        create table push_subscriptions (
            session blob not null primary key, user blob not null, endpoint text not null, key blob not null, auth blob not null, origin text not null, created_at integer not null) without rowid;
        create unique index push_by_endpoint on push_subscriptions (endpoint);
        create index push_by_user on push_subscriptions (user);
        """;

    /// <summary>
    /// The nonce before the room: nonces that begin with the time, as version 7 ids do, are then inserted at one end of the table, and a commit writes a page or
    /// two for all of them. By room and sender it wrote a page for each.
    /// </summary>
    public const string NonceOrder = """
        create table nonces_in_order (
            nonce text not null, room blob not null, sender blob not null, seq integer not null, hash blob not null, at integer not null,
            primary key (nonce, room, sender)) without rowid;
        insert into nonces_in_order (nonce, room, sender, seq, hash, at) select nonce, room, sender, seq, hash, at from nonces order by nonce, room, sender;
        drop table nonces;
        alter table nonces_in_order rename to nonces;
        create index nonces_by_age on nonces (at);
        """;

    /// <summary>
    /// What a room's name looks like (<see cref="Protocol.NameSkeleton"/>), so that a new public room can't be taken for another. Not unique: older rooms may look alike.
    /// The function is the migrator's.
    /// </summary>
    public const string NameSkeletons = $"""
        alter table rooms add column skeleton text not null default '';
        update rooms set skeleton = {SkeletonFunction}(name) where name <> '';
        create index rooms_by_skeleton on rooms (skeleton) where private = 0 and deleted_at is null;
        """;

    /// <summary>The SQL function that makes the skeleton of a name, for migrations.</summary>
    public const string SkeletonFunction = "name_skeleton";

    /// <summary>
    /// What the writer asks for often is found without going through all that one user has: the bytes that a user's files take up, which a trigger keeps; the rooms whose
    /// remains are to be deleted; pins; invites that are over.
    /// </summary>
    public const string BoundedWork = """
        create table file_usage (owner blob not null primary key, bytes integer not null) without rowid;
        insert into file_usage (owner, bytes) select owner, sum(size + coalesce(thumbnail_size, 0)) from attachments group by owner;
        create trigger attachment_added after insert on attachments begin
            insert into file_usage (owner, bytes) values (new.owner, new.size + coalesce(new.thumbnail_size, 0)) on conflict (owner) do update set bytes = bytes + excluded.bytes;
        end;
        create trigger attachment_removed after delete on attachments begin
            update file_usage set bytes = bytes - (old.size + coalesce(old.thumbnail_size, 0)) where owner = old.owner;
        end;
        drop index attachments_by_owner;

        create table room_deletions (room blob not null primary key, at integer not null) without rowid;
        create index room_deletions_by_age on room_deletions (at);
        insert into room_deletions (room, at) select id, deleted_at from rooms where deleted_at is not null;

        create index message_changes_pinned on message_changes (room, pinned) where pinned is not null;
        create index invites_by_end on invites (expires_at);
        create index invites_used_up on invites (hash) where uses_left <= 0;
        """;

    /// <summary>
    /// What others may do to one: conversations that one hasn't answered (1, by whom one shares a room with; 2, by a stranger), apart from one's own rooms; conversations that one doesn't want
    /// in the list; public rooms that stand empty, with whom they are counted for and when they go.
    /// </summary>
    public const string Requests = """
        alter table members add column request integer not null default 0;
        alter table members add column request_by blob;
        alter table members add column hidden_seq integer not null default 0;
        create index members_requests on members (user, request) where request > 0;
        create index members_requested on members (request_by, user) where request > 0;
        create index members_asked on members (request_by) where request = 2;
        alter table rooms add column made_by blob;
        alter table rooms add column empty_since integer;
        alter table rooms add column empty_said integer;
        create index rooms_empty on rooms (empty_said, empty_since) where empty_since is not null;
        create index rooms_empty_by on rooms (made_by) where empty_since is not null;
        update rooms set empty_since = unixepoch() * 1000, empty_said = (select messages > 0 from room_heads h where h.room = rooms.id)
            where private = 0 and deleted_at is null and 0 = (select members from room_heads h where h.room = rooms.id);
        """;
}
