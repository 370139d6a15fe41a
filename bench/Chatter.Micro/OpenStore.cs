using Chatter.Chat;
using Chatter.Chat.RoomLog;
using Chatter.Chat.Rooms;
using Chatter.Chat.Storage;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Chatter.Micro;

/// <summary>A store on a real file without a web server, in a folder that goes with it, and a connection that may write. The checkpoints run beside it, as in a server.</summary>
internal sealed class OpenStore : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly IHost _host;
    private readonly string _folder;

    private OpenStore(IHost host, string folder)
    {
        (_host, _folder, Database) = (host, folder, host.Services.GetRequiredService<Database>());
        Connection = new StoreConnection(Database.OpenWriter());
    }

    public Database Database { get; }

    public StoreConnection Connection { get; }

    public IReadOnlyList<Guid> Rooms { get; private set; } = [];

    /// <summary>Makes the rooms, by the event writer. From then on nobody but the caller appends to them.</summary>
    public static async Task<OpenStore> Start(int rooms)
    {
        var folder = Directory.CreateTempSubdirectory("chatter-micro-").FullName;
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings { ContentRootPath = folder });
        builder.Configuration.AddInMemoryCollection([KeyValuePair.Create("Chatter:DataPath", (string?)folder)]);
        builder.Services.AddSingleton(TimeProvider.System);
        builder.Services.AddChatter(builder.Configuration);
        var host = builder.Build();
        await host.StartAsync();
        var store = new OpenStore(host, folder);
        store.Rooms = await Task.WhenAll(Enumerable.Range(0, rooms).Select(store.CreateRoom));
        return store;
    }

    public async ValueTask DisposeAsync()
    {
        Connection.Dispose();
        await _host.StopAsync();
        _host.Dispose();
        // As the end of a process does; else the model's connections keep the database open.
        SqliteConnection.ClearAllPools();
        Directory.Delete(_folder, recursive: true);
    }

    private async Task<Guid> CreateRoom(int number)
    {
        var created = await _host.Services.GetRequiredService<EventWriter>().Do(new CreateRoom(Samples.Ada, $"room {number}", "", false, int.MaxValue)).WaitAsync(Patience);
        return created.Is(out var room, out var refusal) ? room.Id : throw new InvalidOperationException(refusal.Message);
    }
}
