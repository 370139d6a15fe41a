using Chatter.App.Languages;
using Chatter.App.Markup;
using Chatter.Chat.Protocol;

namespace Chatter.App.Session;

/// <summary>A message that another answers, in a line.</summary>
/// <param name="Message">Its id.</param>
/// <param name="Seq">Its place in the log; null where it isn't known.</param>
/// <param name="Author">Who wrote it; null where nothing is known of it.</param>
/// <param name="Text">The beginning of its text; null where it was deleted, or nothing is known of it.</param>
public sealed record Quote(Guid Message, long? Seq, string? Author, string? Text)
{
    private const int Shown = 160;

    /// <summary>Whether it is still to be asked for.</summary>
    public bool IsUnknown { get; private init; }

    /// <summary>As a room knows it now.</summary>
    public static Quote Of(RoomState room, Guid message) =>
        !room.TryQuote(message, out var found) ? new Quote(message, null, null, null) { IsUnknown = true }
        : found is null ? new Quote(message, null, null, null)
        : room.Blocks.Hides(found) ? new Quote(message, found.Seq, null, Blocks.InPlace)
        : Of(found);

    /// <summary>Of a message that is at hand.</summary>
    public static Quote Of(RoomEvent message) => new(message.Id, message.Seq, message.From?.Name, message.Redacted is true ? null : InALine(message.CurrentText() is { Length: > 0 } text ? text : Files(message)));

    private static string Files(RoomEvent message) => string.Join(", ", (message.Attachments ?? []).Select(static attachment => attachment.Name));

    /// <summary>The beginning of a text, without its marks and line breaks.</summary>
    public static string InALine(string text, int shown = Shown) =>
        Chatter.Chat.Protocol.Text.Cut(string.Join(' ', PlainMessage.Of(text).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)), shown);

    /// <summary>A message in a line with its author before it, as a list of rooms shows it.</summary>
    public static string Preview(RoomEvent message, UserInfo? me, Blocks blocks)
    {
        if (blocks.Has(message.From?.Id)) return Blocks.InPlace;
        var author = message.From?.Id == me?.Id ? Words.Of("You") : message.From?.Name;
        return Words.Of("Preview", author, message.Redacted is true ? Words.Of("PreviewDeleted") : InALine(message.CurrentText()));
    }
}
