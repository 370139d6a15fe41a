using Xunit;

namespace Chatter.Chat.Tests.Client;

/// <summary>Tests against a peer: none waits for longer than half a minute for what doesn't come.</summary>
public abstract class PeerTests : IDisposable
{
    private readonly CancellationTokenSource _late = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);

    protected PeerTests() => _late.CancelAfter(TimeSpan.FromSeconds(30));

    protected CancellationToken Cancel => _late.Token;

    public void Dispose()
    {
        _late.Dispose();
        GC.SuppressFinalize(this);
    }
}
