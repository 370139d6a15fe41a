using System.Buffers;
using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Data.Sqlite;

namespace Chatter.Chat.Storage;

/// <summary>
/// An event's row, column by column, and its checksum. SQLite's pages have none: a bit that flips inside a text leaves a database that is sound in form.
/// </summary>
internal readonly record struct EventColumns(
    Guid Room, long Seq, Guid Id, long At, long Kind, long Messages, Guid? Sender, string? SenderName, string? Nonce, string? Text, string? Data)
{
    /// <summary>For <see cref="Read"/>, and behind them the checksum.</summary>
    public const string Names = "seq, id, at, kind, messages, sender, sender_name, nonce, text, data";

    private const int FixedSize = 16 + 8 + 16 + 8 + 8 + 8 + 17;

    /// <summary>Reads <see cref="Names"/>.</summary>
    public static EventColumns Read(SqliteDataReader row, Guid room) => new(
        room, row.GetInt64(0), row.Id(1), row.GetInt64(2), row.GetInt64(3), row.GetInt64(4), row.IdOrNull(5), row.TextOrNull(6), row.TextOrNull(7), row.TextOrNull(8), row.TextOrNull(9));

    /// <summary>
    /// The first 64 bits of the SHA-256 of all columns: numbers big-endian, each text behind its length. Its bytes are in every database: never change it, but
    /// add another beside it.
    /// </summary>
    public long Sum()
    {
        var size = FixedSize + Most(SenderName) + Most(Nonce) + Most(Text) + Most(Data);
        var rented = size <= 1_024 ? null : ArrayPool<byte>.Shared.Rent(size);
        var bytes = rented ?? stackalloc byte[1_024];
        Room.TryWriteBytes(bytes, bigEndian: true, out _);
        BinaryPrimitives.WriteInt64BigEndian(bytes[16..], Seq);
        Id.TryWriteBytes(bytes[24..], bigEndian: true, out _);
        BinaryPrimitives.WriteInt64BigEndian(bytes[40..], At);
        BinaryPrimitives.WriteInt64BigEndian(bytes[48..], Kind);
        BinaryPrimitives.WriteInt64BigEndian(bytes[56..], Messages);
        bytes[64] = Sender is null ? (byte)0 : (byte)1;
        Sender.GetValueOrDefault().TryWriteBytes(bytes[65..], bigEndian: true, out _);
        var length = FixedSize;
        Add(bytes, ref length, SenderName);
        Add(bytes, ref length, Nonce);
        Add(bytes, ref length, Text);
        Add(bytes, ref length, Data);
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(bytes[..length], hash);
        if (rented is not null) ArrayPool<byte>.Shared.Return(rented);
        return BinaryPrimitives.ReadInt64BigEndian(hash);
    }

    private static int Most(string? text) => sizeof(int) + 3 * (text?.Length ?? 0);

    private static void Add(Span<byte> bytes, ref int length, string? text)
    {
        var written = text is null ? -1 : Encoding.UTF8.GetBytes(text, bytes[(length + sizeof(int))..]);
        BinaryPrimitives.WriteInt32BigEndian(bytes[length..], written);
        length += sizeof(int) + Math.Max(0, written);
    }
}
