using System.Security.Cryptography;
using System.Text;

namespace Chatter.Chat.Gateway;

/// <summary>What both ways to open a socket share of the opening handshake (RFC 6455 §4.2).</summary>
internal static class Handshake
{
    /// <summary>The request target of sockets, to the letter.</summary>
    public const string Target = "/ws";

    public const string SubProtocol = "chatter.v1.json";
    public const string Version = "13";

    private const int KeyLength = 24;
    private const int NonceLength = 16;

    // RFC 6455 §1.3.
    private const string Guid = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

    /// <summary>The answer to a client's key.</summary>
    /// <returns>Null where it is no key: 16 bytes in Base64 (§4.2.1).</returns>
    public static string? Accept(string key)
    {
        Span<byte> bytes = stackalloc byte[KeyLength];
        if (key.Length != KeyLength || !Convert.TryFromBase64String(key, bytes, out var length) || length != NonceLength) return null;
#pragma warning disable CA5350 // RFC 6455 §4.2.2: a proof of having read the request, not a secret.
        return Convert.ToBase64String(SHA1.HashData(Encoding.ASCII.GetBytes(key + Guid)));
#pragma warning restore CA5350
    }
}
