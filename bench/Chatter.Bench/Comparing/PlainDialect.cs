namespace Chatter.Bench.Comparing;

/// <summary>The least: a room in the address, <c>ready</c> as the first message, and then texts that are passed on as they are.</summary>
internal sealed class PlainDialect : Dialect
{
    public override string Path(int group) => $"/ws?room={group}";

    public override IEnumerable<string> Opening(int group) => [];

    public override string Message(int room, long number) => $$"""{"room":"{{room}}","text":"{{Mark.Text(number)}}"}""";

    public override Meaning Read(ReadOnlySpan<byte> payload) => payload.SequenceEqual("ready"u8) ? Meaning.Live : Meaning.Refusal;
}
