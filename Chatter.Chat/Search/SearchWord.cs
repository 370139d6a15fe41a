namespace Chatter.Chat.Search;

/// <summary>A word as it is searched for, and where it stands.</summary>
/// <param name="Text">Folded: without case, accents and compatibility forms.</param>
/// <param name="Start">Where it begins, in UTF-16 code units.</param>
/// <param name="End">Where it ends.</param>
internal readonly record struct SearchWord(string Text, int Start, int End)
{
    /// <summary>Where its first character ends. For scripts without spaces, whose words are pairs of characters.</summary>
    public int FirstEnd { get; init; } = End;

    /// <summary>Whether it is of a script without spaces.</summary>
    public bool IsPair { get; init; }

    /// <summary>Whether it is the last character of such a run, which stands alone.</summary>
    public bool IsRunEnd { get; init; }
}
