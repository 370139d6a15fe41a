using System.Threading.Channels;
using Chatter.Chat.Client;
using Chatter.Chat.Protocol;

namespace Chatter.Chat.Tests.Client;

/// <summary>Collects what a client tells, and waits for it.</summary>
internal sealed class ClientListener
{
    private readonly Channel<ServerFrame> _frames = Channel.CreateUnbounded<ServerFrame>();
    private readonly Channel<ConnectionState> _states = Channel.CreateUnbounded<ConnectionState>();

    public ClientListener(ChatClient client)
    {
        client.StateChanged += state => _states.Writer.TryWrite(state);
        client.FramesReceived += frames =>
        {
            foreach (var frame in frames) _frames.Writer.TryWrite(frame);
        };
    }

    public async Task<T> Next<T>() where T : ServerFrame
    {
        using var late = Late();
        while (true)
        {
            if (await _frames.Reader.ReadAsync(late.Token) is T frame) return frame;
        }
    }

    public async Task<List<long>> Seqs(int count)
    {
        var seqs = new List<long>();
        while (seqs.Count < count) seqs.Add((await Next<RoomEvent>()).Seq);
        return seqs;
    }

    public async Task Until(ConnectionState state)
    {
        using var late = Late();
        while (await _states.Reader.ReadAsync(late.Token) != state) { }
    }

    private static CancellationTokenSource Late()
    {
        var late = CancellationTokenSource.CreateLinkedTokenSource(Xunit.TestContext.Current.CancellationToken);
        late.CancelAfter(TimeSpan.FromSeconds(15));
        return late;
    }
}
