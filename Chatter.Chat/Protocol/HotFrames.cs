using System.Text.Json;

namespace Chatter.Chat.Protocol;

/// <summary>
/// Writes the two frames that there are most of, messages and the answers to sends, without the serializer: it costs several times as much. To the byte
/// what <see cref="ProtocolJson"/> writes, which stays the definition of both.
/// </summary>
internal static class HotFrames
{
    private static readonly JsonEncodedText Type = Name("type"), Event = Name("event"), Sent = Name("sent"), Message = Name(EventKinds.Message);
    private static readonly JsonEncodedText Room = Name("room"), Seq = Name("seq"), Id = Name("id"), At = Name("at"), Kind = Name("kind");
    private static readonly JsonEncodedText From = Name("from"), UserName = Name("name"), Text = Name("text"), ReplyTo = Name("replyTo"), Nonce = Name("nonce");

    /// <returns>False where it is a frame for the serializer; nothing is written then.</returns>
    public static bool TryWrite(Utf8JsonWriter writer, ServerFrame frame)
    {
        switch (frame)
        {
            case RoomEvent { Kind: EventKinds.Message, From: { } sender, Text: { } text } message when IsPlain(message):
                Begin(writer, Event, message.Room, message.Seq, message.Id, message.At);
                writer.WriteString(Kind, Message);
                writer.WriteStartObject(From);
                writer.WriteString(Id, sender.Id);
                writer.WriteString(UserName, sender.Name);
                writer.WriteEndObject();
                writer.WriteString(Text, text);
                if (message.ReplyTo is { } target) writer.WriteString(ReplyTo, target);
                End(writer, message.Nonce);
                return true;
            case SentFrame sent:
                Begin(writer, Sent, sent.Room, sent.Seq, sent.Id, sent.At);
                End(writer, sent.Nonce);
                return true;
            default:
                return false;
        }
    }

    /// <summary>Whether it has nothing that only other kinds have.</summary>
    private static bool IsPlain(RoomEvent item) => item is
    {
        Target: null, Emoji: null, On: null, Users: null, Reason: null, Name: null, Topic: null, User: null, Role: null, Until: null, Banned: null, Redacted: null, Edited: null, Reactions: null, Attachments: null, Pinned: null, Saved: null,
    };

    private static void Begin(Utf8JsonWriter writer, JsonEncodedText type, Guid room, long seq, Guid id, DateTimeOffset at)
    {
        writer.WriteStartObject();
        writer.WriteString(Type, type);
        writer.WriteString(Room, room);
        writer.WriteNumber(Seq, seq);
        writer.WriteString(Id, id);
        Span<byte> time = stackalloc byte[TimestampConverter.Length];
        TimestampConverter.Write(at, time);
        writer.WriteString(At, time);
    }

    private static void End(Utf8JsonWriter writer, string? nonce)
    {
        if (nonce is not null) writer.WriteString(Nonce, nonce);
        writer.WriteEndObject();
    }

    private static JsonEncodedText Name(string text) => JsonEncodedText.Encode(text, ProtocolJson.Options.Encoder);
}
