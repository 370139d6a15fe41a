namespace Chatter.Chat.Search;

/// <summary>
/// The tables of <c>search.db</c>. Everything in them is derived from the log: what doesn't fit any more is thrown away and made anew, never migrated.
/// <list type="bullet">
/// <item>A message's <c>id</c> begins with its time, so that the newest come first without being sorted, and is the same in each index of the same log.</item>
/// <item>The full-text index has each word with its room before it (<see cref="RoomWords"/>), and of their beginnings those of three letters and more.</item>
/// <item><c>messages</c> keeps the words that the full-text index was given, since to take them out again it has to be told them: the log doesn't know what was deleted.</item>
/// <item>What is deleted leaves no bytes: <c>secure-delete</c> in the full-text index, <c>secure_delete</c> in the pages, and a write-ahead log that is emptied.</item>
/// </list>
/// </summary>
internal static class IndexSchema
{
    /// <summary>To be raised with each change of the tables, or of what words are (<see cref="SearchWords"/>).</summary>
    public const long Version = 2;

    public const string Sql = """
        create table index_info (key text not null primary key, value text not null) without rowid;
        create table indexed_rooms (n integer primary key, room blob not null unique, seq integer not null);
        create table authors (n integer primary key, user blob not null unique);
        create table messages (id integer primary key, room integer not null, seq integer not null, words text not null, names text not null, marks text not null);
        create unique index messages_by_place on messages (room, seq);
        create virtual table texts using fts5 (words, names, marks, content = '', columnsize = 0, prefix = '6 7 8', tokenize = 'ascii');
        insert into texts (texts, rank) values ('secure-delete', 1);
        insert into texts (texts, rank) values ('hashsize', 16777216);
        insert into texts (texts, rank) values ('usermerge', 2);
        """;

    public const string Settings =
        "pragma journal_mode = wal; pragma synchronous = normal; pragma secure_delete = on; pragma cache_size = -32768; pragma wal_autocheckpoint = 4000; pragma journal_size_limit = 67108864;";
}
