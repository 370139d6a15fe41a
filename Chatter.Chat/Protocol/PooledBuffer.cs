using System.Buffers;

namespace Chatter.Chat.Protocol;

/// <summary>Bytes that grow in a pooled array and give it back when they are cleared, so that an idle socket holds none.</summary>
internal sealed class PooledBuffer
{
    private byte[] _bytes = [];

    public int Length { get; private set; }

    public ReadOnlyMemory<byte> Written => _bytes.AsMemory(0, Length);

    /// <summary>Whether it holds an array.</summary>
    public bool HasArray => _bytes.Length > 0;

    /// <summary>Room for so many more bytes, which count as written.</summary>
    public Span<byte> Reserve(int count)
    {
        if (_bytes.Length - Length < count) Grow(Length + count);
        Length += count;
        return _bytes.AsSpan(Length - count, count);
    }

    public void Append(ReadOnlySpan<byte> bytes) => bytes.CopyTo(Reserve(bytes.Length));

    /// <summary>Forgets the bytes and keeps the array.</summary>
    public void Reset() => Length = 0;

    /// <summary>Forgets the bytes and gives the array back.</summary>
    public void Release()
    {
        if (_bytes.Length > 0) ArrayPool<byte>.Shared.Return(_bytes);
        (_bytes, Length) = ([], 0);
    }

    private void Grow(int needed)
    {
        var larger = ArrayPool<byte>.Shared.Rent(Math.Max(needed, Math.Max(512, _bytes.Length * 2)));
        _bytes.AsSpan(0, Length).CopyTo(larger);
        if (_bytes.Length > 0) ArrayPool<byte>.Shared.Return(_bytes);
        _bytes = larger;
    }
}
