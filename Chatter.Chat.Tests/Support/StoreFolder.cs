using Chatter.Chat.Messages;
using Chatter.Chat.Protocol;
using Chatter.Chat.Rooms;
using Chatter.Chat.Storage;
using Microsoft.Data.Sqlite;

namespace Chatter.Chat.Tests.Support;

/// <summary>
/// A data folder that no process has, with two rooms in which something of every kind has happened, as a server leaves it: at rest, or killed in the midst of its work.
/// </summary>
internal sealed class StoreFolder : IDisposable
{
    private StoreFolder(string path) => Path = path;

    public string Path { get; }

    public StoreFiles Files => new(Path);

    public Guid Garden { get; private set; }

    public Guid Cellar { get; private set; }

    public UserRef Ada { get; private set; } = new(default, "");

    public UserRef Ben { get; private set; } = new(default, "");

    public string Epoch { get; private set; } = "";

    /// <summary>A server's that was stopped: all is in the database, and there is no log.</summary>
    public static Task<StoreFolder> AtRest() => Make(killed: false);

    /// <summary>A server's that was killed: the newest is in the write-ahead log only.</summary>
    public static Task<StoreFolder> Killed() => Make(killed: true);

    /// <summary>Changes the database behind Chatter's back.</summary>
    public void Execute(string sql) => Execute(Files.Database, sql);

    /// <summary>Changes a database behind the back of whoever has it.</summary>
    public static void Execute(string path, string sql)
    {
        using var connection = new SqliteConnection($"Data Source={path};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
#pragma warning disable CA2100 // Constants of tests.
        command.CommandText = sql;
#pragma warning restore CA2100
        command.ExecuteNonQuery();
    }

    /// <summary>Flips a bit of a text wherever a file has it: in the row, and in what is left of where the row was before.</summary>
    public static void Flip(string file, string text)
    {
        var bytes = File.ReadAllBytes(file);
        var sought = System.Text.Encoding.UTF8.GetBytes(text);
        for (var at = 0; bytes.AsSpan(at).IndexOf(sought) is >= 0 and var next; at += next + sought.Length) bytes[at + next] ^= 1;
        File.WriteAllBytes(file, bytes);
    }

    /// <summary>Flips a bit of a file.</summary>
    public static void Flip(string file, long at, int bit = 0)
    {
        using var stream = new FileStream(file, FileMode.Open, FileAccess.ReadWrite);
        stream.Position = at;
        var value = stream.ReadByte();
        stream.Position = at;
        stream.WriteByte((byte)(value ^ (1 << bit)));
    }

    /// <summary>Where a text first stands in a file.</summary>
    public static long Find(string file, string text)
    {
        var at = File.ReadAllBytes(file).AsSpan().IndexOf(System.Text.Encoding.UTF8.GetBytes(text));
        return at >= 0 ? at : throw new InvalidOperationException($"\"{text}\" isn't in {file}.");
    }

    public StoreFolder Copy()
    {
        var copy = new StoreFolder(Directory.CreateTempSubdirectory("chatter-folder-").FullName) { Garden = Garden, Cellar = Cellar, Ada = Ada, Ben = Ben, Epoch = Epoch };
        foreach (var file in Directory.EnumerateFiles(Path).Where(file => file != Files.Lock)) File.Copy(file, System.IO.Path.Combine(copy.Path, System.IO.Path.GetFileName(file)));
        return copy;
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);

    private static async Task<StoreFolder> Make(bool killed)
    {
        var work = new StoreFolder(Directory.CreateTempSubdirectory("chatter-folder-").FullName);
        var store = await TestStore.Start(on: work.Path);
        try
        {
            await work.Fill(store);
            if (!killed) return work;
            // What a killed process leaves is what the files are at that moment; nothing writes now.
            var left = work.Copy();
            left.Epoch = work.Epoch;
            return left;
        }
        finally
        {
            await store.DisposeAsync();
            if (killed) work.Dispose();
            // Who closes last empties the log, unless he only reads.
            else work.Execute("pragma wal_checkpoint(truncate)");
        }
    }

    private async Task Fill(TestStore store)
    {
        (Ada, Ben) = (await store.AddUser("ada"), await store.AddUser("ben"));
        Epoch = store.Get<StoreEpoch>().Value;
        Garden = (await Do(store.Writer.Do(new CreateRoom(Ada, "garden", "", false, 100)))).Id;
        Cellar = (await Do(store.Writer.Do(new CreateRoom(Ada, "cellar", "", true, 100)))).Id;
        await Do(store.Writer.Do(new JoinRoom(Ben, Garden, null, 100)));
        for (var i = 1; i <= 20; i++) await Do(store.Send(i % 3 == 0 ? Ben : Ada, Garden, $"message {i} of the garden: frost on the tomatoes", $"n{i}"));
        await Do(store.Send(Ada, Cellar, "alone in the cellar", null));
        await Mark(store, Garden, Ben, 5);
        await Do(store.Writer.Do(new UpdateRoom(Ada, Garden, new RoomUpdate("orchard", "apples", Ben.Id, null, null))));
        await Do(store.Writer.Do(new RemoveMember(Ben, Garden, Ada.Id, "frost")));
        await Do(store.Writer.Do(new JoinRoom(Ada, Garden, null, 100)));
        await Do(store.Send(Ada, Garden, "the last word", "last"));
    }

    private static Task<ReadMark> Mark(TestStore store, Guid room, UserRef user, long seq)
    {
        var marked = new TaskCompletionSource<Outcome<ReadMark>>(TaskCreationOptions.RunContinuationsAsynchronously);
        store.Writer.Enqueue(new MarkRead(new MarkReadFrame(room, seq) { Back = true }, user.Id, marked.SetResult));
        return Do(marked.Task);
    }

    private static async Task<T> Do<T>(Task<Outcome<T>> work) => (await work).Is(out var result, out var refusal) ? result : throw new InvalidOperationException(refusal.Message);
}
