using System.Diagnostics;
using System.Globalization;

namespace Chatter.Bench.Comparing;

/// <summary>Chatter's protocol: who a socket is of says which rooms it hears.</summary>
internal sealed class ChatterDialect(IReadOnlyList<PreparedRoom> rooms) : Dialect
{
    public override bool OneOrder => true;

    public override string Path(int group) => "/ws";

    public override IEnumerable<string> Opening(int group) => [$$"""{"type":"hello","token":"{{rooms[group].Token}}"}"""];

    // The nonce begins with the time, as those of ChatClient do, and is unique among all rounds.
    public override string Message(int room, long number) => string.Create(
        CultureInfo.InvariantCulture,
        $$"""{"type":"send","room":"{{rooms[room].Id}}","text":"{{Mark.Text(number)}}","nonce":"{{Stopwatch.GetTimestamp():x16}}.{{number}}"}""");

    public override Meaning Read(ReadOnlySpan<byte> payload) =>
        payload.StartsWith("{\"type\":\"welcome\""u8) ? Meaning.Live
        : payload.StartsWith("{\"type\":\"error\""u8) || payload.StartsWith("{\"type\":\"reset\""u8) || payload.StartsWith("{\"type\":\"goodbye\""u8) ? Meaning.Refusal
        : Meaning.Nothing;
}
