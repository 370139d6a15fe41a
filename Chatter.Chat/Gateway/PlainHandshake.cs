using System.Text;

namespace Chatter.Chat.Gateway;

/// <summary>
/// A request for a socket, read from the bytes of a plain HTTP/1.1 connection. It knows just the one that is beyond doubt, as programs send it; of
/// everything else (cookies, origins, proxies, mistakes) it says nothing, and the HTTP server answers that.
/// </summary>
/// <param name="Length">Bytes of the request.</param>
/// <param name="Accept">The answer to the client's key.</param>
/// <param name="OffersSubProtocol">Whether the client speaks <see cref="Handshake.SubProtocol"/>.</param>
/// <param name="Token">The bearer token, or null.</param>
internal sealed record PlainHandshake(int Length, string Accept, bool OffersSubProtocol, string? Token)
{
    /// <summary>Reads a request.</summary>
    /// <param name="bytes">What has come so far.</param>
    /// <param name="target">The request target of the sockets, as <c>/ws</c>.</param>
    /// <returns>Null where it isn't wholly there, or isn't that simple.</returns>
    public static PlainHandshake? Read(ReadOnlySpan<byte> bytes, string target)
    {
        var length = bytes.IndexOf("\r\n\r\n"u8) + 4;
        if (length < 4) return null;
        // Whatever isn't printable ASCII, a tab included, is the server's to judge.
        if (HasOther(bytes[..length])) return null;
        var lines = Encoding.ASCII.GetString(bytes[..(length - 4)]).Split("\r\n");
        if (lines[0] != $"GET {target} HTTP/1.1") return null;
        var headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var line in lines.AsSpan(1))
        {
            var colon = line.IndexOf(':', StringComparison.Ordinal);
            if (colon < 1 || !IsName(line.AsSpan(0, colon)) || !headers.TryAdd(line[..colon], line[(colon + 1)..].Trim(' '))) return null;
        }
        return Judge(headers) is { } accept
            ? new PlainHandshake(length, accept, Names(headers, "Sec-WebSocket-Protocol", Handshake.SubProtocol, StringComparison.Ordinal), headers.TryGetValue("Authorization", out var authorization) ? ChatterAuthenticationHandler.BearerToken(authorization) : null)
            : null;
    }

    private static string? Judge(Dictionary<string, string> headers)
    {
        foreach (var name in headers.Keys)
            if (IsForTheServer(name)) return null;
        var isSimple = headers.TryGetValue("Host", out var host) && IsHost(host)
            && Names(headers, "Connection", "Upgrade", StringComparison.OrdinalIgnoreCase)
            && string.Equals(headers.GetValueOrDefault("Upgrade"), "websocket", StringComparison.OrdinalIgnoreCase)
            && headers.GetValueOrDefault("Sec-WebSocket-Version") == Handshake.Version
            && (!headers.TryGetValue("Authorization", out var authorization) || ChatterAuthenticationHandler.BearerToken(authorization) is not null);
        return isSimple && headers.TryGetValue("Sec-WebSocket-Key", out var key) ? Handshake.Accept(key) : null;
    }

    /// <summary>Pages and their cookies, proxies, and requests with a body.</summary>
    private static bool IsForTheServer(string name) =>
        name.StartsWith("X-", StringComparison.OrdinalIgnoreCase)
        || name.ToUpperInvariant() is "COOKIE" or "ORIGIN" or "FORWARDED" or "VIA" or "CONTENT-LENGTH" or "TRANSFER-ENCODING" or "EXPECT" or "TE" or "TRAILER";

    private static bool Names(Dictionary<string, string> headers, string header, string value, StringComparison comparison) =>
        headers.TryGetValue(header, out var list) && Array.Exists(list.Split(',', StringSplitOptions.TrimEntries), one => one.Equals(value, comparison));

    private static bool HasOther(ReadOnlySpan<byte> bytes)
    {
        for (var i = 0; i < bytes.Length; i++)
        {
            if (bytes[i] is >= (byte)' ' and <= (byte)'~') continue;
            if (bytes[i] != '\r' || i + 1 == bytes.Length || bytes[++i] != '\n') return true;
        }
        return false;
    }

    /// <summary>A name or an IPv4 address, and perhaps a port (RFC 3986 §3.2.2, §3.2.3).</summary>
    private static bool IsHost(ReadOnlySpan<char> host)
    {
        var colon = host.IndexOf(':');
        if (colon >= 0)
        {
            if (host.Length - colon is < 2 or > 6 || host[(colon + 1)..].ContainsAnyExceptInRange('0', '9')) return false;
            host = host[..colon];
        }
        foreach (var c in host)
            if (!char.IsAsciiLetterOrDigit(c) && c is not ('.' or '-')) return false;
        return host.Length > 0;
    }

    /// <summary>A token (RFC 9110 §5.6.2), as far as headers that anybody sends have one.</summary>
    private static bool IsName(ReadOnlySpan<char> name)
    {
        foreach (var c in name)
            if (!char.IsAsciiLetterOrDigit(c) && c is not ('-' or '_')) return false;
        return true;
    }
}
