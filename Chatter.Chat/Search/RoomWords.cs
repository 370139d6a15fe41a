using System.Text;

namespace Chatter.Chat.Search;

/// <summary>
/// Words as the full-text index has them: each with its room before it. So a word is looked up in a room, and what stands in other rooms is neither found nor counted nor passed over: a search
/// takes as long as what its reader may read, and its time tells nothing of the rest.
/// </summary>
internal static class RoomWords
{
    /// <summary>Characters of a room, of as many in all as the index's tokenizer takes for parts of words and as UTF-8 writes in two bytes.</summary>
    public const int RoomLength = 3;

    private const int Digits = 1_024;
    private const char Zero = '\u0400';

    /// <summary>What stands before each word of a room.</summary>
    /// <param name="room">The room's number: below 2^30.</param>
    public static string Prefix(long room)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(room, (long)Digits * Digits * Digits);
        return string.Create(RoomLength, room, static (prefix, number) =>
        {
            for (var i = RoomLength - 1; i >= 0; i--, number /= Digits) prefix[i] = (char)(Zero + number % Digits);
        });
    }

    /// <summary>A message's words, as <see cref="IndexedMessage.Words"/> gives them, in a room.</summary>
    public static string Of(long room, string words)
    {
        if (words.Length == 0) return words;
        var prefix = Prefix(room);
        return new StringBuilder(words.Length * 2).Append(prefix).Append(words).Replace(" ", " " + prefix, RoomLength, words.Length).ToString();
    }
}
