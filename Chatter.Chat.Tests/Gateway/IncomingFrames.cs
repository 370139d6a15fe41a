using System.IO.Pipelines;
using Chatter.Chat.Gateway;
using Chatter.Chat.Protocol;

namespace Chatter.Chat.Tests.Gateway;

/// <summary>What a server's reader makes of bytes that come piece by piece and lie in pieces, as they do in a pipe.</summary>
internal static class IncomingFrames
{
    /// <summary>Reads to the end of the bytes, or to what is against the standard.</summary>
    /// <param name="bytes">What a client sent. It is left as it is.</param>
    /// <param name="maxMessage">The longest message allowed.</param>
    /// <param name="pieces">How many bytes come at a time.</param>
    /// <param name="segment">How many bytes lie together; 16 at least.</param>
    /// <returns>All that was read; at the end a violation, <see cref="CloseCodes.Abnormal"/> where the bytes just ended.</returns>
    public static List<(byte Opcode, byte[] Payload, ushort Violation)> ReadAll(byte[] bytes, int maxMessage, Func<int> pieces, int segment)
    {
        using var reader = new WebSocketReader(maxMessage);
        var input = PipeReader.Create(new CutStream([.. bytes], pieces), new StreamPipeReaderOptions(bufferSize: segment, minimumReadSize: 1));
        var result = new List<(byte, byte[], ushort)>();
        while (true)
        {
            // From memory, thus at once.
            var read = input.ReadAsync(CancellationToken.None).AsTask().GetAwaiter().GetResult();
            var buffer = read.Buffer;
            while (reader.TryRead(ref buffer, out var incoming))
            {
                result.Add((incoming.Opcode, incoming.Payload.ToArray(), incoming.Violation));
                if (incoming.Violation != 0) return result;
            }
            input.AdvanceTo(buffer.Start, buffer.End);
            if (!read.IsCompleted) continue;
            result.Add((0, [], CloseCodes.Abnormal));
            return result;
        }
    }

    private sealed class CutStream(byte[] bytes, Func<int> pieces) : MemoryStream(bytes)
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            base.ReadAsync(buffer[..Math.Min(pieces(), buffer.Length)], cancellationToken);
    }
}
