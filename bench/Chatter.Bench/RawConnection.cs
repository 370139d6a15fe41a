using System.Buffers.Binary;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Chatter.Bench;

/// <summary>A connection to a port of this machine: everything on its poller's thread, nothing allocated for what comes in.</summary>
internal abstract partial class RawConnection(Poller poller) : IDisposable
{
    private const int DontWait = 0x40, NoSignal = 0x4000;
    private const int Interrupted = 4, WouldBlock = 11, InProgress = 115;
    private const ushort InternetFamily = 2;
    private const uint Loopback = 0x7F000001;

    // Ended by a reset: what is measured isn't the kernel's memory of connections that were closed.
    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true, LingerState = new LingerOption(true, 0), Blocking = false };
    private byte[] _rest = [];
    private int _restLength;

    protected int Port { get; private set; }

    protected bool HasEnded { get; private set; }

    private int Descriptor => (int)_socket.SafeHandle.DangerousGetHandle();

    /// <summary>Begins to connect. It doesn't wait: where a server's queue of connections is full, the kernel tries again after a second, and the other sockets needn't wait for that.</summary>
    public void Connect(int port)
    {
        Port = port;
        Span<byte> address = stackalloc byte[16];
        address.Clear();
        Unsafe.WriteUnaligned(ref address[0], InternetFamily);
        BinaryPrimitives.WriteUInt16BigEndian(address[2..], (ushort)port);
        BinaryPrimitives.WriteUInt32BigEndian(address[4..], Loopback);
        if (Connect(Descriptor, ref address[0], address.Length) < 0 && Marshal.GetLastPInvokeError() is not InProgress and var error) End($"error {error}");
        else poller.WhenConnected(Descriptor, Connected);
    }

    /// <summary>Resets the connection, if it hasn't ended; to be called on the poller's thread.</summary>
    public void Reset()
    {
        if (HasEnded) return;
        HasEnded = true;
        poller.Remove(Descriptor);
        Dispose();
    }

    public void Dispose() => _socket.Dispose();

    /// <summary>The connection stands, and nothing was sent.</summary>
    protected abstract void Opened();

    /// <summary>Takes what came in.</summary>
    /// <returns>How many of the bytes were whole messages: the others are shown again with those behind them.</returns>
    protected abstract int Take(ReadOnlySpan<byte> bytes);

    /// <summary>Called once, where the connection ends and <see cref="Reset"/> wasn't called.</summary>
    protected abstract void Ended(string why);

    // What a server doesn't take at once it hasn't read for long: it is overrun, and the run is void.
    protected void Transmit(ReadOnlySpan<byte> bytes)
    {
        if (HasEnded) return;
        var sent = (int)Send(Descriptor, ref MemoryMarshal.GetReference(bytes), bytes.Length, DontWait | NoSignal);
        if (sent != bytes.Length) End(sent < 0 && Marshal.GetLastPInvokeError() is not WouldBlock and var error ? $"error {error}" : "the server doesn't take what is sent");
    }

    protected void End(string why)
    {
        if (HasEnded) return;
        HasEnded = true;
        poller.Remove(Descriptor);
        Ended(why);
    }

    private void Connected()
    {
        if (HasEnded) return;
        Opened();
        if (!HasEnded) poller.Add(Descriptor, Readable);
    }

    private void Readable()
    {
        var buffer = poller.Buffer;
        _rest.AsSpan(0, _restLength).CopyTo(buffer);
        var received = (int)Receive(Descriptor, ref buffer[_restLength], buffer.Length - _restLength, DontWait);
        if (received <= 0)
        {
            if (received < 0 && Marshal.GetLastPInvokeError() is WouldBlock or Interrupted) return;
            End(received == 0 ? "the server closed it" : $"error {Marshal.GetLastPInvokeError()}");
            return;
        }
        var bytes = buffer.AsSpan(0, _restLength + received);
        var rest = bytes[Take(bytes)..];
        if (rest.Length == bytes.Length && rest.Length == buffer.Length) End("a message is too large");
        if (_rest.Length < rest.Length) _rest = new byte[rest.Length * 2];
        rest.CopyTo(_rest);
        _restLength = rest.Length;
    }

    [LibraryImport("libc", EntryPoint = "connect", SetLastError = true)]
    private static partial int Connect(int socket, ref byte address, int length);

    [LibraryImport("libc", EntryPoint = "recv", SetLastError = true)]
    private static partial nint Receive(int socket, ref byte into, nint length, int flags);

    [LibraryImport("libc", EntryPoint = "send", SetLastError = true)]
    private static partial nint Send(int socket, ref byte from, nint length, int flags);
}
