using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Chatter.App.Tests.Browser.Support;

/// <summary>
/// A proxy before the server that ends the first answer about each of some files within its head, in an orderly way. A browser without TLS takes that for a
/// whole answer with nothing in it (Chromium: ERR_RESPONSE_HEADERS_TRUNCATED is for https alone), and keeps it as the head says.
/// </summary>
internal sealed class HeadCutter : IDisposable
{
    private readonly Socket _listener = NewSocket();
    private readonly EndPoint _server;
    private readonly ConcurrentDictionary<string, bool> _files;
    private readonly CancellationTokenSource _end = new();

    /// <param name="port">The server's.</param>
    /// <param name="files">Parts of the addresses of those files.</param>
    public HeadCutter(int port, params IEnumerable<string> files)
    {
        _server = new IPEndPoint(IPAddress.Loopback, port);
        _files = new(files.Select(static file => KeyValuePair.Create(file, true)));
        _listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _listener.Listen(1_024);
        _ = Accept();
    }

    public Uri Address => new($"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndPoint!).Port}");

    /// <summary>Those whose answer is still to be cut.</summary>
    public IEnumerable<string> Left => _files.Keys;

    public void Dispose()
    {
        _end.Cancel();
        _listener.Dispose();
    }

    private async Task Accept()
    {
        while (!_end.IsCancellationRequested)
        {
            try
            {
                _ = Carry(await _listener.AcceptAsync(_end.Token));
            }
            catch (Exception e) when (e is SocketException or OperationCanceledException or ObjectDisposedException)
            {
                if (_end.IsCancellationRequested) return;
            }
        }
    }

    private async Task Carry(Socket client)
    {
        using var server = NewSocket();
        using var _ = client;
        var cut = false;
        try
        {
            await server.ConnectAsync(_server, _end.Token);
            await Task.WhenAny(Requests(), Answers());
        }
        catch (Exception e) when (e is SocketException or OperationCanceledException or ObjectDisposedException)
        {
            // One of both ended; so does the other.
        }

        async Task Requests()
        {
            var buffer = new byte[65_536];
            while (await client.ReceiveAsync(buffer, _end.Token) is > 0 and var count)
            {
                cut |= IsAboutOne(Encoding.Latin1.GetString(buffer, 0, count));
                await server.SendAsync(buffer.AsMemory(0, count), _end.Token);
            }
        }

        async Task Answers()
        {
            var buffer = new byte[65_536];
            while (await server.ReceiveAsync(buffer, _end.Token) is > 0 and var count)
            {
                var head = cut ? buffer.AsSpan(0, count).IndexOf("\r\n\r\n"u8) : -1;
                await client.SendAsync(buffer.AsMemory(0, head > 0 ? head - 5 : count), _end.Token);
                if (head <= 0) continue;
                client.Shutdown(SocketShutdown.Both);
                return;
            }
        }
    }

    private bool IsAboutOne(string request) => _files.Keys.FirstOrDefault(file => request.Split('\r')[0].Contains(file, StringComparison.Ordinal)) is { } file && _files.TryRemove(file, out _);

    private static Socket NewSocket() => new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
}
