using Chatter.Chat.Storage;
using CsCheck;
using Xunit;

namespace Chatter.Chat.Tests.Storage;

public sealed class EventColumnsTests
{
    private static readonly EventColumns Row = new(
        new Guid("01980000-0000-7000-8000-000000000001"), 7, new Guid("01980000-0000-7000-8000-000000000002"), 1_764_000_000_000, 0, 5,
        new Guid("01980000-0000-7000-8000-000000000003"), "ada", "n1", "Frost on the tomatoes – 🍅", """{"replyTo":"01980000-0000-7000-8000-000000000004"}""");

    /// <summary>It is in every database.</summary>
    [Fact]
    public void The_checksum_stays_the_same_for_ever() => Assert.Equal(1708349143307321150L, Row.Sum());

    [Fact]
    public void The_checksum_knows_every_column_and_where_each_ends()
    {
        var others = new[]
        {
            Row, Row with { Room = Row.Id }, Row with { Seq = 8 }, Row with { Id = Row.Room }, Row with { At = Row.At + 1 }, Row with { Kind = 1 }, Row with { Messages = 6 },
            Row with { Sender = null }, Row with { Sender = Guid.Empty }, Row with { SenderName = null }, Row with { SenderName = "" }, Row with { Nonce = null }, Row with { Text = null },
            Row with { Text = "" }, Row with { Data = null }, Row with { SenderName = "adan", Nonce = "1" }, Row with { Nonce = "n1F", Text = Row.Text![1..] },
        };

        Assert.Equal(others.Length, others.Select(static row => row.Sum()).Distinct().Count());
    }

    [Fact]
    public void A_flipped_bit_of_any_text_changes_the_checksum() => Gen.Select(Gen.String[Gen.Char['\0', '\uD7FF'], 1, 9_000], Gen.Int[0, 15], Gen.Int[0, 8_999]).Sample(
        (text, bit, at) =>
        {
            var flipped = text.ToCharArray();
            flipped[at % text.Length] = (char)((flipped[at % text.Length] ^ (1 << bit)) % 0xD800);
            if (flipped.AsSpan().SequenceEqual(text)) return;
            Assert.NotEqual((Row with { Text = text }).Sum(), (Row with { Text = new string(flipped) }).Sum());
        },
        iter: 1_000);
}
