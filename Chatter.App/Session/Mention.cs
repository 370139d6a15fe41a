namespace Chatter.App.Session;

/// <summary>Names in messages: <c>@ada</c>, <c>@here</c>, <c>@all</c>.</summary>
public static class Mention
{
    /// <summary>Whoever is there, and everybody in the room.</summary>
    public static readonly IReadOnlyList<string> Everybody = ["here", "all"];

    /// <summary>The length of the mention that begins at an <c>@</c>, that sign included; 0 where there is none, as in <c>ada@example.org</c>.</summary>
    public static int Length(ReadOnlySpan<char> text, int at)
    {
        if (at > 0 && (char.IsLetterOrDigit(text[at - 1]) || text[at - 1] is '@' or '_' or '-' or '.' or '/')) return 0;
        var end = at + 1;
        while (end < text.Length && (char.IsAsciiLetterOrDigit(text[end]) || text[end] is '_' or '-' or '.')) end++;
        // Names may have these, but at the end of one they are the sentence's.
        while (end > at + 1 && text[end - 1] is '.' or '-') end--;
        return end - at is >= 3 and <= 33 ? end - at : 0;
    }

    /// <summary>Whether a text mentions somebody, by name or with everybody.</summary>
    public static bool Names(string text, string user)
    {
        for (var at = text.IndexOf('@', StringComparison.Ordinal); at >= 0; at = text.IndexOf('@', at + 1))
        {
            var length = Length(text, at);
            if (length == 0) continue;
            var name = text.AsSpan(at + 1, length - 1);
            if (name.Equals(user, StringComparison.OrdinalIgnoreCase)) return true;
            foreach (var all in Everybody)
                if (name.Equals(all, StringComparison.OrdinalIgnoreCase)) return true;
        }
        return false;
    }
}
