using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Chatter.Chat.Push;
using Xunit;

namespace Chatter.Chat.Tests.Push;

/// <summary>The examples of the standards themselves.</summary>
public sealed class VectorTests
{
    /// <summary>RFC 8291, section 5 and appendix A.</summary>
    [Fact]
    public void A_push_is_encrypted_as_in_RFC_8291()
    {
        using var server = ECDiffieHellman.Create(new ECParameters
        {
            Curve = ECCurve.NamedCurves.nistP256,
            D = Bytes("yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw"),
            Q = PushCipher.Point(Bytes("BP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A8")),
        });

        var body = PushCipher.Encrypt(
            Encoding.UTF8.GetBytes("When I grow up, I want to be a watermelon"), Bytes("BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4"),
            Bytes("BTBZMqHH6r4Tts7J_aSIgg"), server, Bytes("DGv6ra1nlYgDCS1FRnbzlw"));

        Assert.Equal(
            "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN",
            Base64Url.EncodeToString(body));
    }

    /// <summary>RFC 8292, section 2.4: the parts that are the same for everybody, and a signature that holds.</summary>
    [Fact]
    public void A_push_is_signed_as_in_RFC_8292()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var header = Vapid.Authorization(key, "https://push.example.net", DateTimeOffset.FromUnixTimeSeconds(1_453_523_768), "mailto:push@example.com");

        var token = header["vapid t=".Length..header.IndexOf(", k=", StringComparison.Ordinal)].Split('.');
        Assert.Equal("eyJ0eXAiOiJKV1QiLCJhbGciOiJFUzI1NiJ9", token[0]);
        Assert.Equal("eyJhdWQiOiJodHRwczovL3B1c2guZXhhbXBsZS5uZXQiLCJleHAiOjE0NTM1MjM3NjgsInN1YiI6Im1haWx0bzpwdXNoQGV4YW1wbGUuY29tIn0", token[1]);
        Assert.True(IsSigned(token, header[(header.IndexOf(", k=", StringComparison.Ordinal) + 4)..]));
    }

    /// <summary>What holds a signature against its key, held against the RFC's own.</summary>
    [Fact]
    public void The_signature_of_RFC_8292_holds() => Assert.True(IsSigned(
        "eyJ0eXAiOiJKV1QiLCJhbGciOiJFUzI1NiJ9.eyJhdWQiOiJodHRwczovL3B1c2guZXhhbXBsZS5uZXQiLCJleHAiOjE0NTM1MjM3NjgsInN1YiI6Im1haWx0bzpwdXNoQGV4YW1wbGUuY29tIn0.i3CYb7t4xfxCDquptFOepC9GAu_HLGkMlMuCGSK2rpiUfnK9ojFwDXb1JrErtmysazNjjvW2L9OkSSHzvoD1oA".Split('.'),
        "BA1Hxzyi1RUM1b5wjxsn7nGxAszw2u61m164i3MrAIxHF6YK5h4SDYic-dRuU_RCPCfA5aq9ojSwk5Y2EmClBPs"));

    internal static bool IsSigned(string[] token, string publicKey)
    {
        using var key = ECDsa.Create(new ECParameters { Curve = ECCurve.NamedCurves.nistP256, Q = PushCipher.Point(Bytes(publicKey)) });
        return key.VerifyData(Encoding.ASCII.GetBytes($"{token[0]}.{token[1]}"), Bytes(token[2]), HashAlgorithmName.SHA256);
    }

    internal static byte[] Bytes(string text) => Base64Url.DecodeFromChars(text);
}
