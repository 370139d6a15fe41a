using System.Globalization;

namespace Chatter.Chat.Maintenance;

/// <summary>A law that a database breaks.</summary>
/// <param name="Law">Which.</param>
/// <param name="Room">In which room, if it is about one.</param>
/// <param name="Seq">At which event, if it is about one.</param>
/// <param name="What">What is wrong. Never a message's text.</param>
public sealed record Finding(string Law, Guid? Room, long? Seq, string What)
{
    /// <inheritdoc/>
    public override string ToString() =>
        $"{Law}: {(Room is null ? "" : $"room {Room}{(Seq is { } seq ? string.Create(CultureInfo.InvariantCulture, $", seq {seq}") : "")}: ")}{What}";
}

/// <summary>The laws, by the names that <c>verify</c> calls them.</summary>
internal static class Laws
{
    public const string Files = "files";
    public const string Sqlite = "sqlite";
    public const string References = "references";
    public const string Acknowledged = "acknowledged";
    public const string Gaps = "seq";
    public const string Time = "at";
    public const string Ids = "id";
    public const string Event = "event";
    public const string Sum = "checksum";
    public const string Head = "head";
    public const string Members = "members";
    public const string Owner = "owner";
    public const string ReadMarks = "read mark";
    public const string Nonces = "nonce";
    public const string Names = "room name";
    public const string Changes = "change";
    public const string Attachments = "attachment";
}
