using System.Buffers.Text;
using System.Diagnostics;
using System.Text;

namespace Chatter.Bench;

/// <summary>A keep-alive HTTP/1.1 connection on a <see cref="RawConnection"/>, one request at a time. <c>HttpClient</c> would take more of the processors than the server that it measures.</summary>
internal abstract class HttpConnection(Poller poller, string token) : RawConnection(poller)
{
    protected void Get(string path) => Transmit(Encoding.UTF8.GetBytes(Head("GET", path) + "\r\n"));

    protected void Post(string path, string body) =>
        Transmit(Encoding.UTF8.GetBytes($"{Head("POST", path)}Content-Type: application/json\r\nContent-Length: {Encoding.UTF8.GetByteCount(body)}\r\n\r\n{body}"));

    /// <summary>Takes the answer to the request.</summary>
    /// <param name="status">Its status.</param>
    /// <param name="body">Its bytes, valid during the call.</param>
    /// <param name="now">When they were read, as a <see cref="Stopwatch.GetTimestamp"/>.</param>
    protected abstract void Answered(int status, ReadOnlySpan<byte> body, long now);

    protected sealed override int Take(ReadOnlySpan<byte> bytes)
    {
        var end = bytes.IndexOf("\r\n\r\n"u8);
        if (end < 0) return 0;
        var head = bytes[..(end + 2)];
        var at = head.IndexOf("\r\nContent-Length: "u8);
        if (!head.StartsWith("HTTP/1.1 "u8) || !Utf8Parser.TryParse(head[9..], out int status, out _) || at < 0 || !Utf8Parser.TryParse(head[(at + 18)..], out int length, out _))
        {
            End("what is this? " + Encoding.ASCII.GetString(head));
            return 0;
        }
        var whole = end + 4 + length;
        if (bytes.Length < whole) return 0;
        if (bytes.Length > whole) End("there is more than the answer");
        else Answered(status, bytes.Slice(end + 4, length), Stopwatch.GetTimestamp());
        return whole;
    }

    private string Head(string method, string path) => $"{method} {path} HTTP/1.1\r\nHost: 127.0.0.1:{Port}\r\nAuthorization: Bearer {token}\r\n";
}
