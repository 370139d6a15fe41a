namespace Chatter.Bench.Comparing;

/// <summary>SignalR's JSON protocol, without negotiation: each message ends with a record separator.</summary>
internal sealed class SignalRDialect : Dialect
{
    private const char End = '\u001e';

    public override string Ping { get; } = """{"type":6}""" + End;

    public override string Path(int group) => "/ws";

    public override IEnumerable<string> Opening(int group) =>
    [
        """{"protocol":"json","version":1}""" + End,
        $$"""{"type":1,"invocationId":"0","target":"Join","arguments":["{{group}}"]}""" + End,
    ];

    public override string Message(int room, long number) => $$"""{"type":1,"target":"Send","arguments":["{{room}}","{{Mark.Text(number)}}"]}""" + End;

    // The answer to the handshake is an empty object, alone or with what follows.
    public override Meaning Read(ReadOnlySpan<byte> payload) =>
        payload.IndexOf("\"error\""u8) >= 0 || payload.IndexOf("\"type\":7"u8) >= 0 ? Meaning.Refusal
        : payload.IndexOf("\"type\":3"u8) >= 0 ? Meaning.Live
        : Meaning.Nothing;
}
