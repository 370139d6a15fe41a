using System.Text;
using Chatter.Chat.Protocol;

namespace Chatter.Chat.Search;

/// <summary>What of a message can be searched.</summary>
/// <param name="Text">Its text, as it is now.</param>
/// <param name="FileNames">The names of its files.</param>
/// <param name="HasLink">Whether there is an address in it.</param>
internal sealed record IndexedMessage(string Text, IReadOnlyList<string> FileNames, bool HasLink)
{
    public bool HasFile => FileNames.Count > 0;

    /// <summary>Everything in it that has words, each by itself: no phrase goes from one into the next.</summary>
    public IEnumerable<string> Texts => FileNames.Prepend(Text);

    /// <summary>What there is to search of an event that is folded as pages show it; null where it is no message, or was deleted.</summary>
    public static IndexedMessage? Of(RoomEvent item)
    {
        if (item is not { Kind: EventKinds.Message, Redacted: not true }) return null;
        var text = item.Edited?.Text ?? item.Text ?? "";
        return new IndexedMessage(text, Files(item), text.Contains("https://", StringComparison.OrdinalIgnoreCase) || text.Contains("http://", StringComparison.OrdinalIgnoreCase));
    }

    /// <summary>The words of texts as the index takes them. Between texts stands what is no word of any text, so that no phrase goes on there.</summary>
    public static string Words(IEnumerable<string> texts)
    {
        var words = new StringBuilder();
        foreach (var text in texts)
        {
            if (words.Length > 0) words.Append(" ¦ ");
            words.AppendJoin(' ', SearchWords.Of(text).Select(static word => word.Text));
        }
        return words.ToString();
    }

    /// <summary>The names of the files that a message carries.</summary>
    private static List<string> Files(RoomEvent item) => item.Attachments?.Select(static file => file.Name).ToList() ?? [];
}
