using System.Text;
using Chatter.Chat.Gateway;
using Chatter.Chat.Protocol;
using Chatter.Chat.Tests.Gateway;
using Xunit;

namespace Chatter.Chat.Tests.Fuzzing;

/// <summary>What reads strangers' bytes, on inputs by the ten thousand, against a second reading of the same rules.</summary>
public sealed class ParserFuzzTests
{
    private const int Payloads = 50_000;
    private const int Streams = 30_000;

    /// <summary>What a well-formed frame can be refused for by the parser; <c>hello</c> alone has wrong values that count as malformed.</summary>
    private static readonly string[] Refusals = [ErrorCodes.Invalid, ErrorCodes.UnknownType];

    [Fact]
    public void What_is_malformed_is_so_by_both_readings_and_nothing_throws()
    {
        FuzzSeed.Print();
        var (good, bad) = (0, 0);
        Parallel.For(0, Payloads, input =>
        {
            var payload = Payload(FuzzSeed.Random(nameof(Payloads), input));
            try
            {
                if (Judge(payload)) Interlocked.Increment(ref good);
                else Interlocked.Increment(ref bad);
            }
            catch (Exception e)
            {
                throw FuzzSeed.Failure("The parser fails or reads otherwise.", input, payload, e);
            }
        });
        // Else the inputs would prove nothing: some have to be good, and many not.
        Assert.InRange(good, Payloads / 20, Payloads);
        Assert.InRange(bad, Payloads / 20, Payloads);
    }

    [Fact]
    public void Frames_are_read_alike_however_they_are_cut()
    {
        FuzzSeed.Print();
        var whole = 0;
        Parallel.For(0, Streams, input =>
        {
            var random = FuzzSeed.Random(nameof(Streams), input);
            var bytes = new FrameMutator(random).Stream(() => Payload(random));
            try
            {
                var expected = ReferenceFrames.Read(bytes);
                Assert.Equal(expected, Read(bytes, random));
                if (expected.Count > 1) Interlocked.Increment(ref whole);
            }
            catch (Exception e)
            {
                throw FuzzSeed.Failure("The reader fails or reads otherwise.", input, bytes, e);
            }
        });
        Assert.InRange(whole, Streams / 20, Streams);
    }

    private static byte[] Payload(Random random) => new JsonMutator(random).Mutate(new Corpus(random, Vocabulary.Invented).Frame());

    /// <returns>Whether it is a frame.</returns>
    private static bool Judge(byte[] payload)
    {
        var reference = ReferenceJson.Read(payload);
        using var document = StrictJson.Parse(payload);
        Assert.Equal(reference is not null, document is not null);
        var (frame, error) = FrameParser.Parse(payload);
        Assert.True(frame is null != error is null);
        if (reference?.Type is not { } type)
        {
            Assert.Equal(ErrorCodes.BadFrame, error?.Code);
            return false;
        }
        if (frame is not null) Assert.Equal(type, FrameDispatcher.TypeOf(frame));
        else if (type != "hello") Assert.Contains(error!.Code, Refusals);
        // An answer stays small, and can be sent.
        if (error is not null) Assert.InRange(Encoding.UTF8.GetByteCount(error.Message + error.Re + error.Nonce), 1, 1_000);
        return true;
    }

    private static List<string> Read(byte[] bytes, Random random)
    {
        var most = random.Next(3) switch { 0 => 3, 1 => 200, _ => 100_000 };
        var segment = random.Next(3) switch { 0 => 16, 1 => 256, _ => 4_096 };
        return
        [
            .. IncomingFrames.ReadAll(bytes, Limits.MaxFrame, () => random.Next(1, most + 1), segment)
                .Select(static incoming => incoming.Violation != 0 ? $"0 {incoming.Violation}" : ReferenceFrames.Show(incoming.Opcode, incoming.Payload)),
        ];
    }
}
