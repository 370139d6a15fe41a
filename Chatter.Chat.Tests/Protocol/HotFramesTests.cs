using System.Text;
using System.Text.Json;
using Chatter.Chat.Protocol;
using CsCheck;
using Xunit;

namespace Chatter.Chat.Tests.Protocol;

/// <summary>What is written by hand is what the serializer writes, to the byte.</summary>
public sealed class HotFramesTests
{
    private static readonly Gen<DateTimeOffset> At = Gen.Long[0, 4_102_444_800_000].Select(DateTimeOffset.FromUnixTimeMilliseconds);

    // Whatever may come from a database that others have written, too.
    private static readonly Gen<string> Words = Gen.OneOf(Gen.String, Gen.String["\"\\/<>&'+\u0001\n\u00e9\u05d0\u2028\ud83d\ude00\ud800"], Gen.Const(""));

    private static readonly Gen<RoomEvent> Message =
        from head in Gen.Select(Gen.Guid, Gen.Long, Gen.Guid, At)
        from sender in Gen.Select(Gen.Guid, Words, static (id, name) => new UserRef(id, name))
        from text in Words
        from reply in Gen.Nullable(Gen.Guid)
        from nonce in Gen.Null(Words)
        select new RoomEvent(head.Item1, head.Item2, head.Item3, head.Item4, EventKinds.Message) { From = sender, Text = text, ReplyTo = reply, Nonce = nonce };

    // Each has something for which there is no shortcut.
    private static readonly Gen<RoomEvent> Other = Gen.Select(Message, Gen.Int[0, 4], static (item, what) => what switch
    {
        0 => item with { Redacted = true, Text = null },
        1 => item with { Kind = EventKinds.Renamed, Name = "shed" },
        2 => item with { Kind = EventKinds.Joined, From = null, Users = [new UserRef(item.Id, "ada")] },
        3 => item with { Target = item.Id },
        _ => item with { Topic = "" },
    });

    private static readonly Gen<SentFrame> Answer =
        from head in Gen.Select(Gen.Guid, Gen.Long, Gen.Guid, At)
        from nonce in Gen.Null(Words)
        select new SentFrame(head.Item1, head.Item2, head.Item3, head.Item4) { Nonce = nonce };

    [Fact]
    public void Messages_and_answers_are_written_as_the_serializer_writes_them() =>
        Gen.OneOf<ServerFrame>(Message, Other, Answer).Sample(frame => Assert.Equal(Serialized(frame), Written(frame)), iter: 20_000);

    [Fact]
    public void They_take_the_shortcut_and_others_do_not()
    {
        Message.Sample(frame => Assert.True(TryWrite(frame)), iter: 100);
        Answer.Sample(frame => Assert.True(TryWrite(frame)), iter: 100);
        Other.Sample(frame => Assert.False(TryWrite(frame)), iter: 100);
    }

    private static bool TryWrite(ServerFrame frame)
    {
        using var writer = new Utf8JsonWriter(Stream.Null);
        return HotFrames.TryWrite(writer, frame);
    }

    private static string Serialized(ServerFrame frame) => Encoding.UTF8.GetString(JsonSerializer.SerializeToUtf8Bytes(frame, ProtocolJson.Options));

    private static string Written(ServerFrame frame)
    {
        var bytes = WireFrame.Encode(frame);
        return Encoding.UTF8.GetString(bytes.AsSpan((bytes[1] & 0x7F) switch { 126 => 4, 127 => 10, _ => 2 }));
    }
}
