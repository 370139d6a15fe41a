using System.Buffers.Text;
using System.Text.Json;
using System.Text.Unicode;

namespace Chatter.Chat.Protocol;

/// <summary>
/// JSON from strangers (docs/protocol.md §2): one object, valid UTF-8, no name twice, at most <see cref="Limits.MaxDepth"/> levels, no lone surrogate.
/// Two parsers that read such input differently are how checks get bypassed, so it is refused whole.
/// </summary>
internal static class StrictJson
{
    private static readonly JsonDocumentOptions Options = new()
    {
        AllowDuplicateProperties = false,
        AllowTrailingCommas = false,
        CommentHandling = JsonCommentHandling.Disallow,
        MaxDepth = Limits.MaxDepth,
    };

    /// <summary>Parses one object.</summary>
    /// <param name="utf8">Must not change until the result is disposed.</param>
    /// <returns>The document, whose root is an object; null where the input is malformed (<c>bad_frame</c>).</returns>
    public static JsonDocument? Parse(ReadOnlyMemory<byte> utf8)
    {
        if (!Utf8.IsValid(utf8.Span) || HasLoneSurrogateEscape(utf8.Span)) return null;
        JsonDocument document;
        try
        {
            document = JsonDocument.Parse(utf8, Options);
        }
        catch (JsonException)
        {
            return null;
        }
        if (document.RootElement.ValueKind == JsonValueKind.Object) return document;
        document.Dispose();
        return null;
    }

    /// <summary>
    /// Whether a <c>\ud83d</c> stands without its other half. In well-formed JSON a backslash occurs only inside strings, and of what isn't well-formed
    /// it doesn't matter for which reason it is refused. Valid UTF-8 can't hold the other half in the raw.
    /// </summary>
    private static bool HasLoneSurrogateEscape(ReadOnlySpan<byte> json)
    {
        for (var i = json.IndexOf((byte)'\\'); i >= 0 && i + 1 < json.Length;)
        {
            var unit = CodeUnit(json[i..]);
            if (char.IsLowSurrogate(unit)) return true;
            if (char.IsHighSurrogate(unit))
            {
                if (!char.IsLowSurrogate(CodeUnit(json[(i + 6)..]))) return true;
                i += 6;
            }
            i += unit == 0 ? 2 : 6; // Any other escape has two bytes, and a skipped NUL's digits are no backslashes.
            if (i >= json.Length) break;
            var next = json[i..].IndexOf((byte)'\\');
            if (next < 0) break;
            i += next;
        }
        return false;
    }

    private static char CodeUnit(ReadOnlySpan<byte> json) =>
        json.Length >= 6 && json[0] == '\\' && json[1] == 'u' && Utf8Parser.TryParse(json.Slice(2, 4), out ushort unit, out var read, 'x') && read == 4
            ? (char)unit : '\0';
}
