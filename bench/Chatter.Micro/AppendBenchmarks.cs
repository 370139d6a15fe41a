using BenchmarkDotNet.Attributes;
using Chatter.Chat.Messages;
using Chatter.Chat.Protocol;
using Chatter.Chat.RoomLog;

namespace Chatter.Micro;

/// <summary>What the event writer does with 64 sends that wait: one transaction, flushed to a real file.</summary>
[MemoryDiagnoser]
public class AppendBenchmarks
{
    private const int Sends = 64;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly LogMemory _memory = new();
    private OpenStore? _store;

    /// <summary>Over how many rooms they are spread: each room's log ends on a page of its own.</summary>
    [Params(1, Sends)]
    public int Rooms { get; set; }

    /// <summary>Makes a store.</summary>
    [GlobalSetup]
    public async Task Open() => _store = await OpenStore.Start(Rooms);

    /// <summary>Deletes it.</summary>
    [GlobalCleanup]
    public async Task Close() => await _store!.DisposeAsync();

    /// <summary>A send's share of the commit.</summary>
    [Benchmark(OperationsPerInvoke = Sends)]
    public void Append()
    {
        var (database, connection) = (_store!.Database, _store.Connection);
        using var turn = database.Gate.Enter(Patience) ?? throw new TimeoutException("Somebody else writes all the time.");
        var batch = new WriteBatch(connection, _memory, DateTimeOffset.FromUnixTimeMilliseconds(DateTimeOffset.UtcNow.ToUnixTimeMilliseconds()));
        connection.Write(() =>
        {
            for (var i = 0; i < Sends; i++)
            {
                var send = new SendMessage(new SendFrame(_store.Rooms[i % Rooms], Samples.Text) { Nonce = Samples.Nonce() }, Samples.Text, Samples.Ada, static _ => { });
                send.Execute(batch);
                if (send.Refusal is { } refusal) throw new InvalidOperationException(refusal.Message);
            }
            batch.Flush();
        });
        database.Mark.Note(batch.Appended[^1]);
    }
}
