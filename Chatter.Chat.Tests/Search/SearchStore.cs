using System.Text;
using Chatter.Chat.Messages;
using Chatter.Chat.Protocol;
using Chatter.Chat.Rooms;
using Chatter.Chat.Search;
using Chatter.Chat.Storage;
using Chatter.Chat.Tests.Support;
using Microsoft.Data.Sqlite;

namespace Chatter.Chat.Tests.Search;

/// <summary>A store whose messages are searched.</summary>
internal sealed class SearchStore(TestStore store) : IAsyncDisposable
{
    public TestStore Store => store;

    public StoreFiles Files => store.Database.Files;

    public static async Task<SearchStore> Start(string? on = null, TimeProvider? time = null) => new(await TestStore.Start(time, on));

    public async Task<Guid> Room(UserRef owner, string name, bool isPrivate = false) => (await Do(store.Writer.Do(new CreateRoom(owner, name, "", isPrivate, 1_000)))).Id;

    public async Task Join(UserRef user, Guid room) => await Do(store.Writer.Do(new JoinRoom(user, room, null, 1_000)));

    public async Task Leave(UserRef user, Guid room) => await Do(store.Writer.Do(new LeaveRoom(user, room)));

    public async Task Remove(UserRef owner, Guid room, UserRef user) => await Do(store.Writer.Do(new RemoveMember(owner, room, user.Id, null)));

    public async Task<RoomEvent> Say(UserRef user, Guid room, string text) => (await Do(store.Send(user, room, text, null))).Event;

    public Task<RoomEvent> Edit(UserRef user, RoomEvent message, string text) => Change(user, new EditFrame(message.Room, message.Id, text) { Nonce = Unique.Nonce() });

    public Task<RoomEvent> Delete(UserRef user, RoomEvent message) => Change(user, new DeleteFrame(message.Room, message.Id) { Nonce = Unique.Nonce() });

    public async Task<SearchPage> Search(UserRef user, string text, Guid? room = null, string? after = null, int limit = 50) =>
        (await store.Get<SearchService>().Search(new SearchRequest(text) { Room = room, After = after, Limit = limit }, user.Id, CancellationToken.None)).Is(out var page, out var refusal)
            ? page : throw new InvalidOperationException(refusal.Message);

    /// <summary>The texts that somebody finds, as they are now.</summary>
    public async Task<string[]> Texts(UserRef user, string text, Guid? room = null) => [.. (await Search(user, text, room)).Hits.Select(static hit => hit.Event.Edited?.Text ?? hit.Event.Text ?? "")];

    /// <summary>Waits until the index has everything that was committed by now, and has put it away.</summary>
    public async Task Indexed()
    {
        var heads = await store.Database.Read(static log => new LogFollower(log).Heads(), CancellationToken.None);
        await Eventually.Equal(true, () => Task.FromResult(store.Get<SearchIndex>() is { IsComplete: true, IsHealthy: true } && Reaches(heads)));
    }

    /// <summary>Whether a text stands anywhere in the index's files.</summary>
    public bool HasBytes(string text) => Files.SearchIndexFiles.Where(File.Exists).Any(file => Bytes(file).AsSpan().IndexOf(Encoding.UTF8.GetBytes(text)) >= 0);

    public ValueTask DisposeAsync() => store.DisposeAsync();

    private bool Reaches(Dictionary<Guid, long> heads)
    {
        try
        {
            using var connection = new SqliteConnection($"Data Source={Files.SearchIndex};Mode=ReadOnly;Pooling=False");
            connection.Open();
            using var index = new StoreConnection(connection);
            var read = index.All("select room, seq from indexed_rooms", static row => (Room: row.Id(0), Seq: row.GetInt64(1))).ToDictionary(static row => row.Room, static row => row.Seq);
            return read.Count == heads.Count && heads.All(head => read.GetValueOrDefault(head.Key) >= head.Value);
        }
        catch (SqliteException)
        {
            return false; // It is being made anew.
        }
    }

    private static byte[] Bytes(string file)
    {
        using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        using var bytes = new MemoryStream();
        stream.CopyTo(bytes); // However long it is: it may just be emptied.
        return bytes.ToArray();
    }

    private async Task<RoomEvent> Change(UserRef user, ChangeFrame frame)
    {
        var changed = new TaskCompletionSource<Outcome<Sent>>(TaskCreationOptions.RunContinuationsAsynchronously);
        store.Writer.Enqueue(MessageChange.Of(frame, user, changed.SetResult));
        return (await Do(changed.Task)).Event;
    }

    private static async Task<T> Do<T>(Task<Outcome<T>> work) => (await work).Is(out var result, out var refusal) ? result : throw new InvalidOperationException(refusal.Message);
}
