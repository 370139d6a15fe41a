using System.Buffers.Text;

namespace Chatter.Bench.Comparing;

/// <summary>What a message is known by, wherever a server puts its text: its number among all of the run.</summary>
internal static class Mark
{
    private const byte End = (byte)';';

    private static ReadOnlySpan<byte> Begin => "MK"u8;

    /// <summary>The text of a message; as long as people's are.</summary>
    public static string Text(long number) => $"MK{number}; is the number of a message about tomatoes, frost and rain.";

    /// <summary>Finds the next mark of a payload, and moves behind it.</summary>
    public static bool TryFind(ref ReadOnlySpan<byte> rest, out long number)
    {
        for (int at; (at = rest.IndexOf(Begin)) >= 0;)
        {
            rest = rest[(at + Begin.Length)..];
            if (!Utf8Parser.TryParse(rest, out number, out var digits) || digits >= rest.Length || rest[digits] != End) continue;
            rest = rest[(digits + 1)..];
            return true;
        }
        number = 0;
        return false;
    }
}
