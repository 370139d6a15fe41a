using System.Collections.Concurrent;
using System.ComponentModel;
using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Chatter.Bench;

/// <summary>
/// One thread that reads all sockets and does what is due at its time, by epoll (Linux). What measures should cost little: the framework's sockets and
/// timers hand each message to a thread of the pool, and waking that costs more than the message does.
/// </summary>
internal sealed partial class Poller : IDisposable
{
    private const int AddTo = 1, DeleteFrom = 2, Modify = 3;
    private const uint Readable = 1, Writable = 4;
    private const int Most = 64;
    private const int Longest = 5;

    // The kernel's struct epoll_event is packed on x64 only.
    private static readonly int DataAt = RuntimeInformation.ProcessArchitecture == Architecture.X64 ? 4 : 8;
    private static readonly int Stride = DataAt + 8;

    private readonly int _epoll = Checked(EpollCreate(0));
    private readonly ConcurrentQueue<Action> _asked = new();
    private readonly Dictionary<int, Action> _readers = [];
    private readonly PriorityQueue<Timed, long> _due = new();
    private readonly Thread _thread;
    private volatile bool _ends;

    public Poller()
    {
        _thread = new Thread(Run) { Name = "poller", IsBackground = true };
        _thread.Start();
    }

    /// <summary>Where the raw sockets read into, one after the other.</summary>
    public byte[] Buffer { get; } = GC.AllocateUninitializedArray<byte>(1 << 18, pinned: true);

    /// <summary>Calls a reader, on the poller's thread, whenever there is something to read.</summary>
    public void Add(int descriptor, Action reader) => _asked.Enqueue(() =>
    {
        _readers[descriptor] = reader;
        Control(AddTo, descriptor, Readable);
    });

    /// <summary>Calls back once, on the poller's thread, when a socket that connects has done so or failed.</summary>
    public void WhenConnected(int descriptor, Action action) => _asked.Enqueue(() =>
    {
        _readers[descriptor] = () =>
        {
            Remove(descriptor);
            action();
        };
        Control(AddTo, descriptor, Writable);
    });

    /// <summary>To be called on the poller's thread, before the socket is closed.</summary>
    public void Remove(int descriptor)
    {
        if (_readers.Remove(descriptor)) Control(DeleteFrom, descriptor, 0);
    }

    /// <summary>Stops reading, or goes on.</summary>
    public void Listen(int descriptor, bool listens) => _asked.Enqueue(() =>
    {
        if (_readers.ContainsKey(descriptor)) Control(Modify, descriptor, listens ? Readable : 0);
    });

    /// <summary>Does something on the poller's thread, within a millisecond or so.</summary>
    public void Do(Action action) => _asked.Enqueue(action);

    /// <summary>Asks something on the poller's thread.</summary>
    public Task<T> Ask<T>(Func<T> question)
    {
        var answer = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        _asked.Enqueue(() =>
        {
            try
            {
                answer.SetResult(question());
            }
            catch (Exception e)
            {
                answer.SetException(e);
            }
        });
        return answer.Task;
    }

    /// <summary>Does something at a steady rate, on the poller's thread; what comes late doesn't move what comes after it.</summary>
    public Task Every(TimeSpan first, TimeSpan pause, int times, Action action)
    {
        var timed = new Timed(pause, times, action);
        var due = Stopwatch.GetTimestamp() + Ticks(first);
        _asked.Enqueue(() => _due.Enqueue(timed, due));
        return timed.Done.Task;
    }

    public void Dispose()
    {
        _ends = true;
        _thread.Join();
        _ = Close(_epoll);
    }

    private static long Ticks(TimeSpan span) => (long)(span.TotalSeconds * Stopwatch.Frequency);

    private void Run()
    {
        var events = new byte[Most * Stride];
        while (!_ends)
        {
            while (_asked.TryDequeue(out var action)) action();
            var wait = DoWhatIsDue();
            var count = EpollWait(_epoll, ref events[0], Most, wait);
            for (var i = 0; i < count; i++)
            {
                var descriptor = Unsafe.ReadUnaligned<int>(ref events[i * Stride + DataAt]);
                // One that was read before it in this round may have taken it out.
                if (_readers.TryGetValue(descriptor, out var reader)) reader();
            }
        }
    }

    /// <returns>For how many milliseconds to wait for what can be read.</returns>
    private int DoWhatIsDue()
    {
        while (_due.TryPeek(out var timed, out var due))
        {
            if (Stopwatch.GetElapsedTime(Stopwatch.GetTimestamp(), due) is { Ticks: > 0 } left) return Math.Clamp((int)left.TotalMilliseconds, 1, Longest);
            _due.Dequeue();
            timed.Action();
            if (--timed.Times > 0) _due.Enqueue(timed, due + Ticks(timed.Pause));
            else timed.Done.SetResult();
        }
        return Longest;
    }

    private void Control(int operation, int descriptor, uint events)
    {
        Span<byte> item = stackalloc byte[16];
        item.Clear();
        Unsafe.WriteUnaligned(ref item[0], events);
        Unsafe.WriteUnaligned(ref item[DataAt], descriptor);
        Checked(EpollControl(_epoll, operation, descriptor, ref item[0]));
    }

    private static int Checked(int result) => result >= 0 ? result : throw new Win32Exception(Marshal.GetLastPInvokeError());

    [LibraryImport("libc", EntryPoint = "epoll_create1", SetLastError = true)]
    private static partial int EpollCreate(int flags);

    [LibraryImport("libc", EntryPoint = "epoll_ctl", SetLastError = true)]
    private static partial int EpollControl(int epoll, int operation, int descriptor, ref byte item);

    [LibraryImport("libc", EntryPoint = "epoll_wait", SetLastError = true)]
    private static partial int EpollWait(int epoll, ref byte items, int most, int milliseconds);

    [LibraryImport("libc", EntryPoint = "close", SetLastError = true)]
    private static partial int Close(int descriptor);

    private sealed class Timed(TimeSpan pause, int times, Action action)
    {
        public TimeSpan Pause => pause;

        public int Times { get; set; } = times;

        public Action Action => action;

        public TaskCompletionSource Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
