using Chatter.Chat.Protocol;

namespace Chatter.App.Session;

/// <summary>An own message on its way, shown at the end of the log until its event takes its place.</summary>
/// <param name="Nonce">Its name within the room, the same for every try.</param>
/// <param name="Text">As it was typed, without trailing white space.</param>
/// <param name="At">When it was typed.</param>
public sealed record PendingMessage(string Nonce, string Text, DateTimeOffset At)
{
    /// <summary>Why it wasn't sent, where it won't be by itself.</summary>
    public Refusal? Refusal { get; init; }

    /// <summary>The message that it answers, or null.</summary>
    public Guid? ReplyTo { get; init; }

    /// <summary>The files that go with it, or null.</summary>
    public IReadOnlyList<AttachmentInfo>? Attachments { get; init; }

    /// <summary>What it takes in memory, about: two bytes a character.</summary>
    public long Bytes => sizeof(char) * (Nonce.Length + (long)Text.Length + (Attachments?.Sum(static file => (long)file.Name.Length + file.Type.Length) ?? 0));

    /// <summary>The <c>seq</c> it was committed as, where that is known before the event arrives.</summary>
    public long? Seq { get; init; }
}
