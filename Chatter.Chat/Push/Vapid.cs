using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Chatter.Chat.Push;

/// <summary>How a push service knows who pushes: a signed token for it alone (RFC 8292).</summary>
internal static class Vapid
{
    /// <summary>The <c>Authorization</c> of a push.</summary>
    /// <param name="key">This server's.</param>
    /// <param name="audience">The push service's origin.</param>
    /// <param name="expires">Until when it is good: a day at most, says the RFC.</param>
    /// <param name="subject">Whom to write to.</param>
    public static string Authorization(ECDsa key, string audience, DateTimeOffset expires, string subject) => $"vapid t={Token(key, audience, expires, subject)}, k={PublicKey(key)}";

    /// <summary>The public key, as browsers want it.</summary>
    public static string PublicKey(ECDsa key) => Base64Url.EncodeToString(PushCipher.Point(key.ExportParameters(includePrivateParameters: false).Q));

    private static string Token(ECDsa key, string audience, DateTimeOffset expires, string subject)
    {
        var signed = $"{Part("""{"typ":"JWT","alg":"ES256"}""")}.{Part($$"""{"aud":{{Quoted(audience)}},"exp":{{expires.ToUnixTimeSeconds()}},"sub":{{Quoted(subject)}}}""")}";
        return $"{signed}.{Base64Url.EncodeToString(key.SignData(Encoding.ASCII.GetBytes(signed), HashAlgorithmName.SHA256))}";
    }

    private static string Part(string json) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(json));

    private static string Quoted(string text) => $"\"{JsonEncodedText.Encode(text)}\"";
}
