using System.Text.Json;
using Chatter.Chat.Protocol;

namespace Chatter.Chat.Gateway;

/// <summary>
/// Reads a client's frame. By hand rather than by the serializer, because the protocol tells a malformed frame (<c>bad_frame</c>, counted) from a
/// well-formed one with a wrong value (<c>invalid</c>), and an answer names the frame's type, room and nonce even where another field is wrong.
/// </summary>
internal static class FrameParser
{
    /// <summary>A frame, or the error to answer with.</summary>
    public readonly record struct Parsed(ClientFrame? Frame, ErrorFrame? Error);

    private static readonly string[] KnownTypes = ["hello", "send", "edit", "delete", "react", "pin", "history", "read", "typing", "presence", "ping"];

    /// <summary>Parses the payload of a text message, which is UTF-8.</summary>
    public static Parsed Parse(ReadOnlyMemory<byte> payload)
    {
        using var document = StrictJson.Parse(payload);
        if (document is null) return new(null, Bad(null, "That is not one JSON object of at most 16 levels in which no name comes twice and no surrogate stands alone."));
        var root = document.RootElement;
        if (!root.TryGetProperty("type", out var typeValue) || typeValue.ValueKind != JsonValueKind.String) return new(null, Bad(null, "The frame has no `type`."));
        var type = typeValue.GetString()!;
        var fields = new JsonFields(root);
        var frame = Read(type, fields, out var malformed);
        var error = malformed is not null ? Bad(type, malformed)
            : frame is null ? new ErrorFrame(ErrorCodes.UnknownType, $"There is no frame of this type. Known are {string.Join(", ", KnownTypes)}.") { Re = type.Length <= 64 ? type : type[..64] }
            : fields.Refusal is { } refusal ? new ErrorFrame(refusal.Code, refusal.Message) { Re = type }
            : null;
        return error is null ? new(frame, null) : new(null, error with { Room = RoomOf(root), Nonce = NonceOf(root) });
    }

    private static ClientFrame? Read(string type, JsonFields fields, out string? malformed)
    {
        malformed = null;
        switch (type)
        {
            case "hello":
                return Hello(fields, out malformed);
            case "send":
                return Send(fields, fields.RequiredGuid("room"));
            case "edit":
                return new EditFrame(fields.RequiredGuid("room"), fields.RequiredGuid("target"), fields.RequiredString("text")) { Nonce = RequiredNonce(fields) };
            case "delete":
                return new DeleteFrame(fields.RequiredGuid("room"), fields.RequiredGuid("target")) { Nonce = RequiredNonce(fields) };
            case "react":
                return new ReactFrame(fields.RequiredGuid("room"), fields.RequiredGuid("target"), fields.RequiredString("emoji"), fields.RequiredBool("on")) { Nonce = RequiredNonce(fields) };
            case "pin":
                return new PinFrame(fields.RequiredGuid("room"), fields.RequiredGuid("target"), fields.RequiredBool("on")) { Nonce = RequiredNonce(fields) };
            case "history":
                return new HistoryRequest(fields.RequiredGuid("room"))
                {
                    After = fields.OptionalInt64("after"),
                    Before = fields.OptionalInt64("before"),
                    Around = fields.OptionalInt64("around"),
                    At = fields.OptionalTime("at"),
                    Limit = (int?)Math.Min(fields.OptionalInt64("limit") ?? 50, int.MaxValue),
                    Nonce = Nonce(fields, "nonce"),
                };
            case "read":
                return new MarkReadFrame(fields.RequiredGuid("room"), fields.RequiredInt64("seq")) { Back = fields.OptionalBool("back") };
            case "typing":
                return new StartTypingFrame(fields.RequiredGuid("room"));
            case "presence":
                var status = fields.RequiredString("status");
                if (fields.Refusal is null && status is not (PresenceStatus.Online or PresenceStatus.Away)) fields.Fail("status", "`status` must be online or away.");
                return new SetPresenceFrame(status);
            case "ping":
                return new PingFrame { Nonce = Nonce(fields, "nonce") };
            default:
                return null;
        }
    }

    /// <summary>The fields of a send, of the frame and of the HTTP call alike.</summary>
    public static SendFrame Send(JsonFields fields, Guid room)
    {
        var attachments = fields.OptionalGuids("attachments", Limits.MaxAttachments);
        return new(room, attachments is null ? fields.RequiredString("text") : fields.OptionalString("text") ?? "")
        {
            Nonce = Nonce(fields, "nonce"),
            Prev = Nonce(fields, "prev"),
            IfLast = fields.OptionalInt64("ifLast"),
            ReplyTo = fields.OptionalGuid("replyTo"),
            Attachments = attachments,
        };
    }

    private static HelloFrame Hello(JsonFields fields, out string? malformed)
    {
        malformed = null;
        Dictionary<Guid, long>? resume = null;
        var epoch = fields.OptionalString("epoch");
        if (fields.OptionalObject("resume") is { } rooms)
        {
            if (fields.Optional("epoch") is null) malformed = "`resume` needs the `epoch` of the last welcome.";
            resume = [];
            foreach (var room in rooms.EnumerateObject())
            {
                if (!JsonFields.IsCount(room.Value, out var seq)) malformed ??= "In `resume`, a seq is no count.";
                if (Guid.TryParseExact(room.Name, "D", out var id)) resume[id] = seq;
                else fields.Fail("resume", "In `resume`, a name is no room's id.");
            }
        }
        return new HelloFrame { Token = fields.OptionalString("token"), Epoch = epoch, Resume = resume };
    }

    private static string? RequiredNonce(JsonFields fields)
    {
        _ = fields.RequiredString("nonce");
        return Nonce(fields, "nonce");
    }

    private static string? Nonce(JsonFields fields, string name)
    {
        var nonce = fields.OptionalString(name);
        if (nonce is null || Text.IsNonce(nonce)) return nonce;
        fields.Fail(name, $"`{name}` must have 1 to 64 of A–Z a–z 0–9 . _ -");
        return null;
    }

    private static ErrorFrame Bad(string? type, string message) => new(ErrorCodes.BadFrame, message) { Re = type };

    private static Guid? RoomOf(JsonElement root) =>
        root.TryGetProperty("room", out var room) && room.ValueKind == JsonValueKind.String && room.TryGetGuid(out var id) ? id : null;

    private static string? NonceOf(JsonElement root) =>
        root.TryGetProperty("nonce", out var nonce) && nonce.ValueKind == JsonValueKind.String && nonce.GetString() is { } text && Text.IsNonce(text) ? text : null;
}
