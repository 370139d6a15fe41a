using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace Chatter.App.Tests.Faults.Injection;

/// <summary>What the wire does to a connection.</summary>
internal enum WireFault
{
    None,

    /// <summary>Every piece comes late.</summary>
    Delayed,

    /// <summary>A few bytes at a time, with pauses.</summary>
    Throttled,

    /// <summary>A segment a byte.</summary>
    SingleBytes,

    /// <summary>RST after some bytes, in both directions.</summary>
    Reset,

    /// <summary>An orderly end, in the middle of a frame.</summary>
    Cut,

    /// <summary>Nothing goes through any more, and nobody is told.</summary>
    HalfOpen,
}

/// <summary>A proxy before the server, over TCP or a unix socket, that treats each connection as its seed says.</summary>
internal sealed class FaultyProxy : IDisposable
{
    private static readonly WireFault[] All = [.. Enum.GetValues<WireFault>().Skip(1)];

    private readonly Socket _listener;
    private readonly EndPoint _server;
    private readonly Random _random;
    private readonly CancellationTokenSource _end = new();
    private readonly ConcurrentDictionary<Pair, byte> _pairs = new();
    private readonly Action<WireFault> _hit;
    private volatile bool _isTroubled;

    public FaultyProxy(int port, Random random, Action<WireFault> hit) : this(new IPEndPoint(IPAddress.Loopback, 0), new IPEndPoint(IPAddress.Loopback, port), random, hit)
    {
    }

    public FaultyProxy(EndPoint here, EndPoint server, Random random, Action<WireFault> hit)
    {
        (_server, _random, _hit) = (server, random, hit);
        _listener = NewSocket(here);
        _listener.Bind(here);
        _listener.Listen(1_024);
        _ = Accept();
    }

    /// <summary>Where it listens, over TCP.</summary>
    public Uri Address => new($"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndPoint!).Port}");

    /// <summary>Whether new connections get a fault. Where that ends, those that have one are reset.</summary>
    public bool IsTroubled
    {
        get => _isTroubled;
        set
        {
            _isTroubled = value;
            if (value) return;
            foreach (var pair in _pairs.Keys)
                if (pair.Fault != WireFault.None) pair.Reset();
        }
    }

    /// <summary>Resets every connection there is.</summary>
    public void ResetAll()
    {
        foreach (var pair in _pairs.Keys) pair.Reset();
    }

    public void Dispose()
    {
        _end.Cancel();
        _listener.Dispose();
        ResetAll();
    }

    private async Task Accept()
    {
        while (!_end.IsCancellationRequested)
        {
            try
            {
                var client = await _listener.AcceptAsync(_end.Token);
                _ = Carry(client);
            }
            catch (Exception e) when (e is SocketException or OperationCanceledException or ObjectDisposedException)
            {
                if (_end.IsCancellationRequested) return;
            }
        }
    }

    private async Task Carry(Socket client)
    {
        var fault = _isTroubled ? All[_random.Next(All.Length)] : WireFault.None;
        var server = NewSocket(_server);
        if (client.ProtocolType == ProtocolType.Tcp) client.NoDelay = true;
        var pair = new Pair(client, server, fault, _random.Next(400, 20_000), _hit);
        _pairs.TryAdd(pair, 0);
        try
        {
            // The trouble may have ended since it was asked for.
            if (fault != WireFault.None && !_isTroubled) pair.Reset();
            await server.ConnectAsync(_server, _end.Token);
            await Task.WhenAll(pair.Carry(client, server, _end.Token), pair.Carry(server, client, _end.Token));
        }
        catch (Exception e) when (e is SocketException or OperationCanceledException or ObjectDisposedException)
        {
            pair.Reset();
        }
        finally
        {
            _pairs.TryRemove(pair, out _);
            client.Dispose();
            server.Dispose();
        }
    }

    private static Socket NewSocket(EndPoint to) => to is UnixDomainSocketEndPoint
        ? new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified)
        : new Socket(to.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };

    /// <summary>The two connections that are one to those at their ends.</summary>
    private sealed class Pair(Socket client, Socket server, WireFault fault, int budget, Action<WireFault> hit)
    {
        private int _left = budget;
        private int _told;

        public WireFault Fault => fault;

        public void Reset()
        {
            // Linger 0 makes the close a RST.
            foreach (var socket in new[] { client, server })
            {
                try
                {
                    socket.LingerState = new LingerOption(true, 0);
                    socket.Close(0);
                }
                catch (Exception e) when (e is SocketException or ObjectDisposedException)
                {
                    // Gone already.
                }
            }
        }

        /// <summary>One direction. Where it breaks the other ends with it: nobody is to wait at a wire that leads nowhere.</summary>
        public async Task Carry(Socket from, Socket to, CancellationToken cancel)
        {
            try
            {
                await Copy(from, to, cancel);
            }
            catch (Exception e) when (e is SocketException or OperationCanceledException or ObjectDisposedException)
            {
                Reset();
            }
        }

        private async Task Copy(Socket from, Socket to, CancellationToken cancel)
        {
            var buffer = new byte[16_384];
            while (true)
            {
                var size = fault switch { WireFault.SingleBytes => 512, WireFault.Throttled => 400, _ => buffer.Length };
                var count = await from.ReceiveAsync(buffer.AsMemory(0, size), cancel);
                if (count == 0)
                {
                    to.Shutdown(SocketShutdown.Send);
                    return;
                }
                if (fault is WireFault.Delayed or WireFault.Throttled)
                {
                    Met();
                    await Task.Delay(fault == WireFault.Delayed ? 30 : 10, cancel);
                }
                if (fault is WireFault.Reset or WireFault.Cut or WireFault.HalfOpen && Interlocked.Add(ref _left, -count) < 0)
                {
                    Met();
                    if (fault == WireFault.HalfOpen) continue; // Read, and thrown away.
                    if (fault == WireFault.Cut)
                    {
                        // Half of what came goes through, then both sides see an orderly end.
                        await Send(to, buffer.AsMemory(0, count / 2), cancel);
                        to.Shutdown(SocketShutdown.Both);
                        from.Shutdown(SocketShutdown.Both);
                    }
                    else
                    {
                        Reset();
                    }
                    return;
                }
                if (fault == WireFault.SingleBytes)
                {
                    Met();
                    for (var i = 0; i < count; i++) await Send(to, buffer.AsMemory(i, 1), cancel);
                }
                else
                {
                    await Send(to, buffer.AsMemory(0, count), cancel);
                }
            }
        }

        private void Met()
        {
            if (Interlocked.Exchange(ref _told, 1) == 0) hit(fault);
        }

        private static async Task Send(Socket to, ReadOnlyMemory<byte> bytes, CancellationToken cancel)
        {
            while (!bytes.IsEmpty) bytes = bytes[await to.SendAsync(bytes, cancel)..];
        }
    }
}
