using System.Text;
using Chatter.Bench.Comparing;

namespace Chatter.Bench.Storming;

/// <summary>Says so many messages in a room, as fast as they are committed; its socket stays, so that the server keeps the newest in memory.</summary>
internal sealed class Filler(ChatterDialect dialect, int room, Poller poller) : WebSocketConnection(poller)
{
    private const int Window = 10;

    private readonly Poller _poller = poller;
    private TaskCompletionSource _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _left;
    private int _unanswered;
    private long _mark;

    /// <summary>Completes when it is welcome.</summary>
    public Task Begin(int port)
    {
        _poller.Do(() => Connect(port));
        return _done.Task;
    }

    /// <summary>Says them, and completes when all are acknowledged.</summary>
    public Task Say(int messages, long mark) => _poller.Ask(() =>
    {
        _done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        (_left, _unanswered, _mark) = (messages, messages, mark);
        for (var i = 0; i < Window; i++) SayNext();
        return _done.Task;
    }).Unwrap();

    protected override void Upgraded()
    {
        foreach (var message in dialect.Opening(room)) Send(message);
    }

    protected override void Received(ReadOnlySpan<byte> payload, long now)
    {
        if (payload.StartsWith("{\"type\":\"sent\""u8))
        {
            if (--_unanswered == 0) _done.SetResult();
            else SayNext();
        }
        else if (dialect.Read(payload) == Meaning.Live)
        {
            _done.SetResult();
        }
        else if (dialect.Read(payload) == Meaning.Refusal)
        {
            End(Encoding.UTF8.GetString(payload));
        }
    }

    protected override void Ended(string why) => _done.TrySetException(new IOException($"Who was to fill room {room}: {why}."));

    private void SayNext()
    {
        if (_left-- > 0) Send(dialect.Message(room, _mark++));
    }
}
