using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Chatter.Chat.Protocol;
using Microsoft.Extensions.Logging;

namespace Chatter.Chat.Client;

/// <summary>
/// Frames between the reader and those who listen: bounded, in order, told by one pump. While nobody listens the newest are kept, so that who begins to
/// listen right after logging in misses nothing.
/// </summary>
internal sealed partial class Inbox(ILogger logger)
{
    public const int Capacity = 1_024;

    private readonly Lock _gate = new();
    private readonly Signal _changed = new();
    private readonly List<Channel<ServerFrame>> _streams = [];
    private List<ServerFrame> _waiting = [];
    private Action<IReadOnlyList<ServerFrame>>? _handlers;
    private TaskCompletionSource? _room;
    private bool _completed;
    private bool _closed;

    public void Listen(Action<IReadOnlyList<ServerFrame>>? handler)
    {
        lock (_gate) _handlers += handler;
        _changed.Set();
    }

    public void Unlisten(Action<IReadOnlyList<ServerFrame>>? handler)
    {
        lock (_gate) _handlers -= handler;
    }

    /// <summary>Takes a batch in. Where that makes it more than should wait, the poster awaits <see cref="Room"/> before the next.</summary>
    public void Post(IReadOnlyList<ServerFrame> frames)
    {
        lock (_gate)
        {
            if (_closed) return;
            _waiting.AddRange(frames);
            if (!HasListeners && _waiting.Count > Capacity) _waiting.RemoveRange(0, _waiting.Count - Capacity);
            else if (_waiting.Count >= Capacity) _room ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }
        _changed.Set();
    }

    /// <summary>Completed where there is room.</summary>
    public Task Room()
    {
        lock (_gate) return _room?.Task ?? Task.CompletedTask;
    }

    public async IAsyncEnumerable<ServerFrame> Stream([EnumeratorCancellation] CancellationToken cancel)
    {
        var stream = Channel.CreateBounded<ServerFrame>(new BoundedChannelOptions(64) { SingleReader = true, SingleWriter = true });
        lock (_gate)
        {
            if (_closed) yield break;
            _streams.Add(stream);
        }
        _changed.Set();
        try
        {
            await foreach (var frame in stream.Reader.ReadAllAsync(cancel)) yield return frame;
        }
        finally
        {
            lock (_gate) _streams.Remove(stream);
            // Frees the pump where it waits for room in this one.
            stream.Writer.TryComplete();
        }
    }

    /// <summary>Nothing more will come: the streams end when what waits is told.</summary>
    public void Complete()
    {
        lock (_gate) _completed = true;
        _changed.Set();
    }

    /// <summary>Tells what comes in, until it is cancelled or complete; ends the streams then.</summary>
    public async Task Pump(CancellationToken cancel)
    {
        try
        {
            while (true)
            {
                await _changed.Wait(cancel);
                while (Take() is var (frames, handlers, streams))
                {
                    Tell(frames, handlers);
                    foreach (var stream in streams) await Write(stream, frames, cancel);
                }
                if (IsDone) return;
            }
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            // Disposed of: what waits is of no interest any more.
        }
        finally
        {
            Close();
        }
    }

    /// <summary>Takes nothing more, and ends the streams after what they have.</summary>
    private void Close()
    {
        lock (_gate)
        {
            _closed = true;
            _waiting = [];
            _room?.TrySetResult();
            foreach (var stream in _streams) stream.Writer.TryComplete();
        }
    }

    private bool IsDone
    {
        get { lock (_gate) return _completed && _waiting.Count == 0; }
    }

    private bool HasListeners => _handlers is not null || _streams.Count > 0;

    private (List<ServerFrame> Frames, Action<IReadOnlyList<ServerFrame>>? Handlers, Channel<ServerFrame>[] Streams)? Take()
    {
        lock (_gate)
        {
            if (_waiting.Count == 0 || !HasListeners) return null;
            var frames = _waiting;
            _waiting = [];
            _room?.TrySetResult();
            _room = null;
            return (frames, _handlers, [.. _streams]);
        }
    }

    private void Tell(List<ServerFrame> frames, Action<IReadOnlyList<ServerFrame>>? handlers)
    {
        foreach (var handler in Delegate.EnumerateInvocationList(handlers))
        {
            try
            {
                handler(frames);
            }
            catch (Exception failure)
            {
                // The fault is the listener's; the other listeners and the connection go on.
                Log.ListenerFailed(logger, failure);
            }
        }
    }

    private static async ValueTask Write(Channel<ServerFrame> stream, List<ServerFrame> frames, CancellationToken cancel)
    {
        foreach (var frame in frames)
        {
            while (!stream.Writer.TryWrite(frame))
            {
                // False: whoever read this stream has gone.
                if (!await stream.Writer.WaitToWriteAsync(cancel)) return;
            }
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Error, "A listener of FramesReceived failed.")]
        public static partial void ListenerFailed(ILogger logger, Exception failure);
    }
}
