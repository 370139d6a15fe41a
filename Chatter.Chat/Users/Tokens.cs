using System.Buffers.Binary;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Chatter.Chat.Users;

/// <summary>
/// Tokens are 256 random bits with a prefix that says what they open, so that scanners find leaked ones and a ticket is never taken for a session.
/// </summary>
internal static class Tokens
{
    public const string SessionPrefix = "cs_";
    public const string TicketPrefix = "ct_";
    public const string DevicePrefix = "cd_";

    private const int RandomBytes = 32;
    private static readonly int Length = SessionPrefix.Length + Base64Url.GetEncodedLength(RandomBytes);

    public static string New(string prefix)
    {
        Span<byte> random = stackalloc byte[RandomBytes];
        RandomNumberGenerator.Fill(random);
        return prefix + Base64Url.EncodeToString(random);
    }

    /// <summary>Whether a string could be a token at all, so that nothing is asked of the store for what can't.</summary>
    public static bool Is(string token, string prefix) => token.Length == Length && token.StartsWith(prefix, StringComparison.Ordinal) && Ascii.IsValid(token);
}

/// <summary>SHA-256 of a token. A plain hash does: there is nothing to guess in 256 random bits.</summary>
internal readonly record struct TokenHash(UInt128 High, UInt128 Low)
{
    public static TokenHash Of(string token)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        Span<byte> utf8 = stackalloc byte[64];
        SHA256.HashData(utf8[..Encoding.ASCII.GetBytes(token, utf8)], hash);
        return new TokenHash(BinaryPrimitives.ReadUInt128BigEndian(hash), BinaryPrimitives.ReadUInt128BigEndian(hash[16..]));
    }

    public static TokenHash From(ReadOnlySpan<byte> hash) => new(BinaryPrimitives.ReadUInt128BigEndian(hash), BinaryPrimitives.ReadUInt128BigEndian(hash[16..]));

    public byte[] ToBytes()
    {
        var bytes = new byte[SHA256.HashSizeInBytes];
        BinaryPrimitives.WriteUInt128BigEndian(bytes, High);
        BinaryPrimitives.WriteUInt128BigEndian(bytes.AsSpan(16), Low);
        return bytes;
    }
}
