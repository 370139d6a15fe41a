using System.Globalization;
using Xunit;

namespace Chatter.Chat.Tests.Fuzzing;

/// <summary>
/// Where a run's inputs come from: another number each time, which the test prints, or that of the environment variable <c>CHATTER_FUZZ_SEED</c>.
/// Every input has a generator of its own, so one is the same again whatever runs beside it, but for the ids of what a server has made.
/// </summary>
internal static class FuzzSeed
{
    private const string Variable = "CHATTER_FUZZ_SEED";

    public static int Value { get; } = Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } given
        ? int.Parse(given, CultureInfo.InvariantCulture)
        : System.Random.Shared.Next();

    /// <summary>The generator of one input of a test.</summary>
    public static Random Random(string test, int input)
    {
        // Not the hash code of strings, which is another one in each process.
        var seed = Value;
        foreach (var letter in test) seed = unchecked(seed * 31 + letter);
        return new Random(unchecked(seed * 31 + input * 1_000_003));
    }

    public static void Print() => TestContext.Current.TestOutputHelper?.WriteLine($"The seed is {Value}; {Variable}={Value} gives the same inputs again.");

    /// <summary>A failure that says how to have it again.</summary>
    public static Exception Failure(string what, int input, ReadOnlySpan<byte> bytes, Exception? cause = null) => new Xunit.Sdk.XunitException(
        string.Create(CultureInfo.InvariantCulture, $"{what}\n{Variable}={Value}, input {input}: {Shown(bytes)}{(cause is null ? "" : "\n" + cause)}"));

    private static string Shown(ReadOnlySpan<byte> bytes)
    {
        const int Most = 400;
        var text = new System.Text.StringBuilder();
        foreach (var value in bytes[..Math.Min(bytes.Length, Most)])
            text.Append(value is >= 0x20 and < 0x7F and not (byte)'\\' ? ((char)value).ToString() : $"\\x{value:x2}");
        return text.Append(CultureInfo.InvariantCulture, $" ({bytes.Length} bytes)").ToString();
    }
}
