using System.Text;

namespace Chatter.Chat.Tests.Fuzzing;

/// <summary>Makes of a valid object one that isn't quite: first its fields are changed, as a careless program would, then its bytes, as a hostile one would.</summary>
internal sealed class JsonMutator(Random random)
{
    /// <summary>Values of the wrong type, at the edges and beyond them.</summary>
    private static readonly string[] Odd =
    [
        "null", "true", "false", "0", "-0", "-1", "1", "1.5", "1E+2", "1e999", "-1e-999", "200", "201", "9007199254740991", "9007199254740992", "9223372036854775807", "9223372036854775808",
        "-9223372036854775808", "99999999999999999999999999", "01", "+1", ".5", "NaN", "Infinity", "\"\"", "\" \"", "\"x\"", "\"online\"", "\"n1\"", "[]", "{}", "[null]", "[1,2,3]", "[1,]",
        "{\"a\":1}", "{\"a\":1,\"a\":2}", "{\"a\":1,\"\\u0061\":2}", "{\"\":{\"\":{}}}", "\"\\ud800\"", "\"\\udc00\\ud800\"", "\"\\ud83d\\ude00\"", "\"\\ud83d\\\\ude00\"", "\"\\u0000\"", "\"\\x\"", "\"\\u12\"",
        "\"\u202e\u0085\"", "\"\ufeff\"", "\"a\u0001b\"", "'x'", "undefined", "/* */1", "", "\"00000000-0000-0000-0000-000000000000\"", "\"{0198c1d4-0000-7000-8000-000000000001}\"", "\"0198C1D4-0000-7000-8000-000000000001\"",
        // Cut at an even length it ends in half a character.
        $"\"x{string.Concat(Enumerable.Repeat("🍣", 40))}\"",
    ];

    private static readonly byte[][] NoUtf8 = [[0x80], [0xC0, 0xAF], [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80], [0xFF], [0xC3], [0xF0, 0x9F, 0x98], [0xEF, 0xBB, 0xBF]];

    /// <summary>A mutation of an object, as bytes. Some are left as they are: what is good has to go on working among what isn't.</summary>
    public byte[] Mutate(Fields valid)
    {
        var items = valid.Items;
        // All fields at once are rarely asked for, and some exclude each other.
        while (items.Count > 1 && random.Next(3) == 0) items.RemoveAt(random.Next(1, items.Count));
        for (var times = random.Next(4); times > 0 && items.Count > 0; times--) Change(items);
        var bytes = Encoding.UTF8.GetBytes(Write(items));
        for (var times = random.Next(6) - 3; times > 0 && bytes.Length > 0; times--) bytes = Change(bytes);
        return bytes;
    }

    private void Change(List<(string Name, string Value)> items)
    {
        var at = random.Next(items.Count);
        var (name, value) = items[at];
        switch (random.Next(9))
        {
            case 0 or 1:
                items[at] = (name, Pick(Odd));
                break;
            case 2:
                items[at] = (name, Deep());
                break;
            case 3:
                // Around the limits; the longest are rare, since they take the most time.
                items[at] = (name, $"\"{new string('x', random.Next(10) == 0 ? Pick([65_500, 70_000]) : Pick([64, 65, 500, 501, 8_000, 8_001]))}\"");
                break;
            case 4:
                items.Insert(random.Next(items.Count + 1), (random.Next(2) == 0 ? name : Escaped(name), random.Next(2) == 0 ? value : Pick(Odd)));
                break;
            case 5:
                items.RemoveAt(at);
                break;
            case 6:
                var other = random.Next(items.Count);
                (items[at], items[other]) = ((name, items[other].Value), (items[other].Name, value));
                break;
            case 7:
                items[at] = (random.Next(3) switch { 0 => name.ToUpperInvariant(), 1 => Escaped(name), _ => "x" + name }, value);
                break;
            default:
                items.Insert(random.Next(items.Count + 1), ($"x{random.Next(1_000)}", Pick(Odd)));
                break;
        }
    }

    private byte[] Change(byte[] bytes)
    {
        var at = random.Next(bytes.Length);
        switch (random.Next(6))
        {
            case 0:
                return bytes[..at];
            case 1:
                bytes[at] ^= (byte)(1 << random.Next(8));
                return bytes;
            case 2:
                return [.. bytes[..at], .. bytes[(at + 1)..]];
            case 3:
                return [.. bytes[..at], .. Pick(NoUtf8), .. bytes[at..]];
            case 4:
                return [.. bytes[..at], (byte)random.Next(256), .. bytes[at..]];
            default:
                var end = random.Next(at, bytes.Length);
                return [.. bytes[..end], .. bytes[at..end], .. bytes[end..]];
        }
    }

    private string Write(List<(string Name, string Value)> items)
    {
        var space = random.Next(4) == 0 ? Pick([" ", "\n", "\t", "\r\n  "]) : "";
        if (random.Next(8) == 0) random.Shuffle(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(items));
        return $"{{{space}{string.Join($",{space}", items.Select(item => $"\"{item.Name}\":{space}{item.Value}"))}{space}}}";
    }

    /// <summary>A nest, at the limit of 16 levels or far beyond it.</summary>
    private string Deep()
    {
        var levels = Pick([13, 14, 15, 16, 17, 64, 1_000, 20_000]);
        if (random.Next(2) == 0) return new string('[', levels) + new string(']', levels);
        return string.Concat(Enumerable.Repeat("{\"a\":", Math.Min(levels, 5_000))) + "1" + new string('}', Math.Min(levels, 5_000));
    }

    /// <summary>A name with one letter written as an escape: another spelling of the same.</summary>
    private string Escaped(string name)
    {
        if (name.Length == 0) return name;
        var at = random.Next(name.Length);
        return $"{name[..at]}\\u{(int)name[at]:x4}{name[(at + 1)..]}";
    }

    private T Pick<T>(IReadOnlyList<T> from) => from[random.Next(from.Count)];
}
