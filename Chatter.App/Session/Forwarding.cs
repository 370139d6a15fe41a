using Chatter.App.Languages;
using Chatter.Chat.Protocol;

namespace Chatter.App.Session;

/// <summary>A message of one room as it is written into another: Markdown, so that every client shows it.</summary>
public static class Forwarding
{
    /// <summary>The quote, where it is from, and above it what one has to say of it.</summary>
    /// <param name="message">The message.</param>
    /// <param name="room">Its room's name, or null.</param>
    /// <param name="address">Where it is.</param>
    /// <param name="comment">What is said of it, or null.</param>
    /// <returns>A text that fits into a message: a quote too long for it is cut.</returns>
    public static string Write(RoomEvent message, string? room, string address, string? comment)
    {
        var above = string.IsNullOrWhiteSpace(comment) ? "" : comment.Trim() + "\n\n";
        var author = message.From?.Name ?? Words.Of("SomebodyInside");
        var source = $"\n> — {(room is null ? author : Words.Of("NameInRoom", author, room))}: {address}";
        var quote = Quoted(message.CurrentText());
        var space = Limits.MaxText - above.Length - source.Length;
        if (quote.Length > space) quote = Text.Cut(quote, Math.Max(1, space - 1));
        return above + quote + source;
    }

    // Nobody is called by what is quoted.
    private static string Quoted(string text) => "> " + text.Replace("\n", "\n> ", StringComparison.Ordinal);
}
