using System.Buffers;

namespace Chatter.Chat.Client;

/// <summary>Holds one message while its parts come in; memory from the pool, given back when a large message is done.</summary>
internal sealed class ReceiveBuffer : IDisposable
{
    /// <summary>Far beyond the largest frame of the protocol, a history page of 256 KiB and what is around it.</summary>
    public const int Largest = 16 * 1_024 * 1_024;

    private const int Usual = 16 * 1_024;

    private byte[] _bytes = ArrayPool<byte>.Shared.Rent(Usual);
    private int _length;

    public ReadOnlySpan<byte> Message => _bytes.AsSpan(0, _length);

    public bool IsTooLarge => _length > Largest;

    public Memory<byte> Free()
    {
        if (_length == _bytes.Length) Resize(_bytes.Length * 2);
        return _bytes.AsMemory(_length);
    }

    public void Advance(int count) => _length += count;

    public void Clear()
    {
        _length = 0;
        if (_bytes.Length > 4 * Usual) Resize(Usual);
    }

    public void Dispose()
    {
        ArrayPool<byte>.Shared.Return(_bytes);
        _bytes = [];
        _length = 0;
    }

    private void Resize(int size)
    {
        var bytes = ArrayPool<byte>.Shared.Rent(size);
        Message.CopyTo(bytes);
        ArrayPool<byte>.Shared.Return(_bytes);
        _bytes = bytes;
    }
}
