using System.Buffers.Text;
using System.Text;
using Chatter.Chat.Protocol;

namespace Chatter.Chat.Storage;

/// <summary>What a list's <c>next</c> is: where its page ended, opaque to clients.</summary>
internal static class PageCursor
{
    /// <summary>An <c>after</c> that no list gave.</summary>
    public static Refusal Wrong { get; } = Refusal.InvalidField("after", "after must be what an earlier answer had as next.");

    public static string Write(Guid id, string key) => Base64Url.EncodeToString([.. id.ToByteArray(bigEndian: true), .. Encoding.UTF8.GetBytes(key)]);

    public static bool TryRead(string cursor, out Guid id, out string key)
    {
        (id, key) = (default, "");
        try
        {
            var bytes = Base64Url.DecodeFromChars(cursor);
            if (bytes.Length < 16) return false;
            (id, key) = (new Guid(bytes.AsSpan(0, 16), bigEndian: true), Encoding.UTF8.GetString(bytes.AsSpan(16)));
            return true;
        }
        catch (FormatException)
        {
            return false;
        }
    }
}
