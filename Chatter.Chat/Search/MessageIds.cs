using System.Buffers.Binary;
using System.Buffers.Text;
using Chatter.Chat.Protocol;

namespace Chatter.Chat.Search;

/// <summary>
/// The place of a message in the order of all rooms: its time; within a millisecond what its seq ends with, so that a room's messages are in their order; then some
/// bits of the room's id, so that rooms don't meet.
/// </summary>
internal static class MessageIds
{
    private const int Bits = 20;

    private const long Mask = (1L << Bits) - 1;

    public static long Of(RoomEvent message)
    {
        Span<byte> room = stackalloc byte[16];
        message.Room.TryWriteBytes(room, bigEndian: true, out _);
        return First(message.At) | ((message.Seq << 8) & Mask) | room[15];
    }

    /// <summary>The least of a time.</summary>
    public static long First(DateTimeOffset at) => Math.Clamp(at.ToUnixTimeMilliseconds(), 0, long.MaxValue >> Bits) << Bits;

    /// <summary>The next that is tried where one is taken; of the same time, whatever happens.</summary>
    public static long Next(long id) => (id & ~Mask) | ((id + 1) & Mask);

    /// <summary>Where a page ended, as a client carries it.</summary>
    public static string Write(long id)
    {
        Span<byte> bytes = stackalloc byte[8];
        BinaryPrimitives.WriteInt64BigEndian(bytes, id);
        return Base64Url.EncodeToString(bytes);
    }

    /// <returns>Null where it was no <see cref="Write"/>.</returns>
    public static long? Read(string cursor)
    {
        Span<byte> bytes = stackalloc byte[16];
        return cursor.Length <= 16 && Base64Url.IsValid(cursor) && Base64Url.TryDecodeFromChars(cursor, bytes, out var length) && length == 8 && BinaryPrimitives.ReadInt64BigEndian(bytes) is >= 0 and var id ? id : null;
    }
}
