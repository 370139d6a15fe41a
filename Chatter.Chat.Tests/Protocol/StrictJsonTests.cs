using System.Text;
using Chatter.Chat.Protocol;
using Xunit;

namespace Chatter.Chat.Tests.Protocol;

public sealed class StrictJsonTests
{
    [Theory]
    [InlineData("""{"a":1,"a":2}""")]
    [InlineData("""{"a":1,"\u0061":2}""")]
    [InlineData("""{"x":{"y":[{"a":1,"\u0061":2}]}}""")]
    public void A_name_twice_is_malformed_at_every_level_and_after_unescaping(string json) => Assert.Null(Parse(json));

    [Theory]
    [InlineData(@"{""a"":""\ud800""}")]
    [InlineData(@"{""a"":""\uD83D \uDE00""}")]
    [InlineData(@"{""a"":""\uDE00\uD83D""}")]
    [InlineData(@"{""a"":""\uD83D\uD83D\uDE00""}")]
    [InlineData(@"{""a"":""\uD83D\\uDE00""}")]
    [InlineData(@"{""\udfff"":1}")]
    [InlineData(@"{""x"":[{""y"":""\n\ud800""}]}")]
    public void A_lone_surrogate_is_malformed_anywhere(string json) => Assert.Null(Parse(json));

    [Theory]
    [InlineData(@"{""a"":""\uD83D\uDE00""}")]
    [InlineData(@"{""a"":""\\ud800""}")]
    [InlineData(@"{""a"":""\\\\ud800 \u0000\u0000""}")]
    [InlineData(@"{""a"":""😀""}")]
    public void Whole_pairs_and_escaped_backslashes_are_text(string json) => Assert.NotNull(Parse(json));

    [Fact]
    public void Sixteen_levels_pass_and_seventeen_do_not()
    {
        Assert.NotNull(Parse(Nested(16)));
        Assert.Null(Parse(Nested(17)));

        static string Nested(int levels) => $"{{\"a\":{new string('[', levels - 1)}{new string(']', levels - 1)}}}";
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("\"a\"")]
    [InlineData("{\"a\":1,}")]
    [InlineData("{\"a\":1}{}")]
    [InlineData("{\"a\":1 /* no */}")]
    [InlineData("\uFEFF{}")]
    [InlineData("{\"a\":NaN}")]
    public void What_is_not_one_plain_object_is_malformed(string json) => Assert.Null(Parse(json));

    [Theory]
    [InlineData(0xED, 0xA0, 0x80)]
    [InlineData(0xC0, 0x80, 0x20)]
    [InlineData(0xFF, 0x20, 0x20)]
    public void Bytes_that_are_not_UTF8_are_malformed(byte a, byte b, byte c) =>
        Assert.Null(StrictJson.Parse(new ReadOnlyMemory<byte>([.. "{\"a\":\""u8, a, b, c, .. "\"}"u8])));

    [Fact]
    public void Fields_have_their_types_and_null_is_absent()
    {
        var id = Guid.CreateVersion7();
        using var document = Parse($$"""{"s":"x","g":"{{id}}","n":9007199254740991,"b":true,"nil":null}""")!;
        using var fields = new JsonFields(document.RootElement);

        Assert.Equal("x", fields.OptionalString("s"));
        Assert.Equal(id, fields.RequiredGuid("g"));
        Assert.Equal(9007199254740991, fields.OptionalInt64("n"));
        Assert.True(fields.OptionalBool("b"));
        Assert.Null(fields.OptionalString("nil"));
        Assert.Null(fields.OptionalInt64("none"));
        Assert.Null(fields.Refusal);
    }

    [Fact]
    public void Wrong_fields_are_told_together_and_the_first_makes_the_message()
    {
        using var document = Parse("""{"s":1,"g":"no","n":9007199254740992,"b":"true","m":-1}""")!;
        using var fields = new JsonFields(document.RootElement);

        fields.OptionalString("s");
        fields.RequiredGuid("g");
        fields.OptionalInt64("n");
        fields.OptionalBool("b");
        fields.OptionalInt64("m");
        fields.RequiredGuid("gone");

        Assert.Equal(ErrorCodes.Invalid, fields.Refusal?.Code);
        Assert.Contains("`s`", fields.Refusal?.Message, StringComparison.Ordinal);
        Assert.Equal(["b", "g", "gone", "m", "n", "s"], fields.Refusal!.Errors!.Keys.Order());
    }

    private static System.Text.Json.JsonDocument? Parse(string json) => StrictJson.Parse(Encoding.UTF8.GetBytes(json));
}
