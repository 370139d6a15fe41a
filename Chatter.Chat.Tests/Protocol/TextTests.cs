using Chatter.Chat.Protocol;
using Xunit;

namespace Chatter.Chat.Tests.Protocol;

public sealed class TextTests
{
    [Theory]
    [InlineData("ada", true)]
    [InlineData("a.b_c-9", true)]
    [InlineData("a", false)]
    [InlineData("", false)]
    [InlineData("ad a", false)]
    [InlineData("ädä", false)]
    [InlineData("123456789012345678901234567890123", false)]
    public void User_names_are_2_to_32_of_a_few_characters(string name, bool good) => Assert.Equal(good, Text.IsUserName(name));

    [Theory]
    [InlineData("  garden ", "garden")]
    [InlineData("Gärten", "Gärten")] // made NFC
    [InlineData("", null)]
    [InlineData("   ", null)]
    [InlineData("a\u0007b", null)]
    [InlineData("a\u202Eb", null)]
    [InlineData("🎉", "🎉")]
    public void Names_are_trimmed_made_NFC_and_free_of_controls(string given, string? expected) => Assert.Equal(expected, Text.NormalizeName(given, 80));

    [Fact]
    public void Half_of_a_surrogate_pair_is_no_name() => Assert.Null(Text.NormalizeName("a\uD800", 80)); // Not as inline data: attributes are kept as UTF-8.

    [Fact]
    public void Names_are_counted_in_code_points()
    {
        Assert.NotNull(Text.NormalizeName(string.Concat(Enumerable.Repeat("🎉", 80)), 80));
        Assert.Null(Text.NormalizeName(string.Concat(Enumerable.Repeat("🎉", 81)), 80));
    }

    [Theory]
    [InlineData("Garden", "gARDEN")]
    [InlineData("Straße", "STRASSE")]
    [InlineData("Ｇarden", "Garden")]
    [InlineData("ΣΟΦΟΣ", "σοφος")]
    public void Room_names_are_the_same_after_NFKC_and_case_folding(string one, string other) => Assert.Equal(Text.RoomNameKey(one), Text.RoomNameKey(other));

    [Theory]
    [InlineData("hello  \n", "hello", null)]
    [InlineData("  hello", "  hello", null)]
    [InlineData(" \n ", null, ErrorCodes.Invalid)]
    [InlineData("a\0b", null, ErrorCodes.Invalid)]
    public void Texts_lose_trailing_white_space_and_are_checked(string given, string? expected, string? code)
    {
        Text.Message(given).Is(out var text, out var refusal);
        Assert.Equal(expected, text);
        Assert.Equal(code, refusal?.Code);
    }

    [Theory]
    [InlineData(8_000, true)]
    [InlineData(8_001, false)]
    public void Texts_have_at_most_8000_code_units(int length, bool good)
    {
        Assert.Equal(good, Text.Message(new string('x', length)).Is(out _, out var refusal));
        Assert.Equal(good ? null : ErrorCodes.TooLong, refusal?.Code);
    }
}
