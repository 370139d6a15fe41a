using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Chatter.Chat.Push;

/// <summary>
/// Encrypts what is pushed, so that the push service, which belongs to somebody else, can't read it: RFC 8291, in one record of RFC 8188 (<c>aes128gcm</c>). Each
/// push has a key pair and a salt of its own.
/// </summary>
internal static class PushCipher
{
    /// <summary>Bytes of an uncompressed point of P-256.</summary>
    public const int PointSize = 65;

    /// <summary>Bytes of a browser's authentication secret.</summary>
    public const int AuthSize = 16;

    private const int SaltSize = 16;
    private const int TagSize = 16;
    private const int RecordSize = 4_096;
    private const int HeaderSize = SaltSize + sizeof(int) + 1 + PointSize;

    /// <summary>A delimiter, and no padding: the last record ends with 2.</summary>
    private const byte LastRecord = 2;

    /// <summary>Encrypts a text for the browser with that public key and secret.</summary>
    public static byte[] Encrypt(ReadOnlySpan<byte> text, ReadOnlySpan<byte> browser, byte[] auth)
    {
        using var own = ECDiffieHellman.Create(ECCurve.NamedCurves.nistP256);
        return Encrypt(text, browser, auth, own, RandomNumberGenerator.GetBytes(SaltSize));
    }

    /// <summary>As above, with a given key pair and salt.</summary>
    internal static byte[] Encrypt(ReadOnlySpan<byte> text, ReadOnlySpan<byte> browser, byte[] auth, ECDiffieHellman own, byte[] salt)
    {
        var ownPoint = Point(own.ExportParameters(includePrivateParameters: false).Q);
        using var theirs = ECDiffieHellman.Create(new ECParameters { Curve = ECCurve.NamedCurves.nistP256, Q = Point(browser) });
        var (key, nonce) = Derive(own.DeriveRawSecretAgreement(theirs.PublicKey), auth, browser, ownPoint, salt);

        var body = new byte[HeaderSize + text.Length + 1 + TagSize];
        salt.CopyTo(body, 0);
        BinaryPrimitives.WriteInt32BigEndian(body.AsSpan(SaltSize), RecordSize);
        body[SaltSize + sizeof(int)] = PointSize;
        ownPoint.CopyTo(body, SaltSize + sizeof(int) + 1);
        var padded = new byte[text.Length + 1];
        text.CopyTo(padded);
        padded[^1] = LastRecord;
        using var aes = new AesGcm(key, TagSize);
        aes.Encrypt(nonce, padded, body.AsSpan(HeaderSize, padded.Length), body.AsSpan(HeaderSize + padded.Length));
        return body;
    }

    /// <summary>The keys of a push, by what both sides know (RFC 8291 §3.4).</summary>
    internal static (byte[] Key, byte[] Nonce) Derive(byte[] secret, byte[] auth, ReadOnlySpan<byte> browser, ReadOnlySpan<byte> server, byte[] salt)
    {
        byte[] info = [.. "WebPush: info\0"u8, .. browser, .. server];
        var input = HKDF.DeriveKey(HashAlgorithmName.SHA256, secret, 32, auth, info);
        return (HKDF.DeriveKey(HashAlgorithmName.SHA256, input, 16, salt, Encoding.ASCII.GetBytes("Content-Encoding: aes128gcm\0")),
            HKDF.DeriveKey(HashAlgorithmName.SHA256, input, 12, salt, Encoding.ASCII.GetBytes("Content-Encoding: nonce\0")));
    }

    /// <summary>Whether these bytes are a public key that something can be encrypted for.</summary>
    public static bool IsPoint(byte[] bytes)
    {
        if (bytes is not [4, ..] || bytes.Length != PointSize) return false;
        try
        {
            using var key = ECDiffieHellman.Create(new ECParameters { Curve = ECCurve.NamedCurves.nistP256, Q = Point(bytes) });
            using var own = ECDiffieHellman.Create(ECCurve.NamedCurves.nistP256);
            own.DeriveRawSecretAgreement(key.PublicKey);
            return true;
        }
        catch (CryptographicException)
        {
            return false; // Not on the curve.
        }
    }

    /// <summary>A public key as it travels: uncompressed.</summary>
    public static byte[] Point(ECPoint point) => [4, .. point.X!, .. point.Y!];

    internal static ECPoint Point(ReadOnlySpan<byte> bytes) => new() { X = bytes[1..33].ToArray(), Y = bytes[33..].ToArray() };
}
