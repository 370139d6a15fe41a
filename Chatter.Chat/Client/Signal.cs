using System.Threading.Channels;

namespace Chatter.Chat.Client;

/// <summary>Wakes one waiter; set several times before it looks, it wakes once.</summary>
internal sealed class Signal
{
    private readonly Channel<bool> _channel = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite, SingleReader = true });

    public void Set() => _channel.Writer.TryWrite(true);

    public async ValueTask Wait(CancellationToken cancel) => await _channel.Reader.ReadAsync(cancel);
}
