using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace Chatter.Chat.Protocol;

#pragma warning disable RS0030 // Here is where the others are sent to.

/// <summary>
/// Unicode normalization of text from outside. <see cref="string.Normalize(NormalizationForm)"/> throws on half of a surrogate pair and on U+FFFE, so only this
/// file may call it; <c>BannedSymbols.txt</c> keeps all others away.
/// </summary>
public static class NormalForm
{
    /// <summary>Normalizes a text that is fit for a name or a line: well-formed, and free of the code points that Unicode keeps for no character.</summary>
    /// <param name="text">The text.</param>
    /// <param name="form">The form.</param>
    /// <param name="normal">The text in that form.</param>
    /// <returns>False if the text has half of a surrogate pair or a non-character.</returns>
    public static bool TryNormalize(string text, NormalizationForm form, [NotNullWhen(true)] out string? normal)
    {
        ArgumentNullException.ThrowIfNull(text);
        normal = HasNonCharacter(text) || Text.HasLoneSurrogate(text) ? null : text.Normalize(form);
        return normal is not null;
    }

    /// <summary>Normalizes any text, for comparisons: half of a surrogate pair becomes U+FFFD, and non-characters stay as they are.</summary>
    public static string Normalize(string text, NormalizationForm form)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (Text.HasLoneSurrogate(text)) text = string.Concat(text.EnumerateRunes().Select(static rune => rune.ToString()));
        // A non-character neither decomposes nor composes, so the parts around it can be normalized each by itself.
        return text.Contains('\uFFFE', StringComparison.Ordinal) ? string.Join('\uFFFE', text.Split('\uFFFE').Select(part => part.Normalize(form))) : text.Normalize(form);
    }

    /// <summary>Whether a text has one of the 66 code points that stand for no character, ever: the last two of each plane, and U+FDD0 to U+FDEF.</summary>
    public static bool HasNonCharacter(ReadOnlySpan<char> text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            if (c is >= '\uFDD0' and <= '\uFDEF' or '\uFFFE' or '\uFFFF') return true;
            if (char.IsHighSurrogate(c) && i + 1 < text.Length && char.IsLowSurrogate(text[i + 1]) && (char.ConvertToUtf32(c, text[++i]) & 0xFFFE) == 0xFFFE) return true;
        }
        return false;
    }
}
