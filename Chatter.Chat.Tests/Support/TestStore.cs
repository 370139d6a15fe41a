using System.Diagnostics.Metrics;
using Chatter.Chat.Messages;
using Chatter.Chat.Protocol;
using Chatter.Chat.RoomLog;
using Chatter.Chat.Storage;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Chatter.Chat.Tests.Support;

/// <summary>The store and the writer without a web server, over a real SQLite file.</summary>
internal sealed class TestStore : IAsyncDisposable
{
    private readonly IHost _host;
    private readonly string _folder;
    private readonly bool _keep;

    private TestStore(IHost host, string folder, bool keep) => (_host, _folder, _keep) = (host, folder, keep);

    public EventWriter Writer => Get<EventWriter>();

    public Database Database => Get<Database>();

    /// <summary>Starts on a new folder, which goes with it, or on one that is there and stays.</summary>
    public static async Task<TestStore> Start(TimeProvider? time = null, string? on = null, params (string Key, string Value)[] settings)
    {
        var folder = on ?? Directory.CreateTempSubdirectory("chatter-store-").FullName;
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings { ContentRootPath = folder });
        builder.Configuration.AddInMemoryCollection([KeyValuePair.Create("Chatter:DataPath", (string?)folder), .. settings.Select(static s => KeyValuePair.Create(s.Key, (string?)s.Value))]);
        builder.Services.AddSingleton(time ?? TimeProvider.System);
        builder.Services.AddChatter(builder.Configuration);
        var host = builder.Build();
        try
        {
            await host.StartAsync();
        }
        catch
        {
            host.Dispose();
            throw;
        }
        return new TestStore(host, folder, on is not null);
    }

    public T Get<T>() where T : notnull => _host.Services.GetRequiredService<T>();

    /// <summary>What it measures from now on.</summary>
    public Measurements Measure() => new(Get<IMeterFactory>());

    /// <summary>Somebody who is in the database without having registered, since a password's hash takes a while.</summary>
    public async Task<UserRef> AddUser(string name)
    {
        var user = new UserRef(Guid.CreateVersion7(), name);
        using var turn = await Database.Gate.Enter(CancellationToken.None);
        using var store = new StoreConnection(Database.OpenWriter());
        store.Execute(
            "insert into users (id, display_name, created_at, last_seen_at, user_name, normalized_user_name, email_confirmed, phone_number_confirmed, two_factor_enabled, "
            + "lockout_enabled, access_failed_count) values ($1, $2, 0, 0, $2, $3, 0, 0, 0, 0, 0)",
            user.Id, name, name.ToUpperInvariant());
        return user;
    }

    /// <summary>Sends as a socket does, and waits for what becomes of it.</summary>
    public Task<Outcome<Sent>> Send(UserRef user, Guid room, string text, string? nonce)
    {
        var sent = new TaskCompletionSource<Outcome<Sent>>(TaskCreationOptions.RunContinuationsAsynchronously);
        Writer.Enqueue(new SendMessage(new SendFrame(room, text) { Nonce = nonce }, text, user, sent.SetResult));
        return sent.Task;
    }

    /// <summary>The whole log of a room, straight from the database.</summary>
    public Task<List<RoomEvent>> Log(Guid room) => Database.Read(store => EventRows.After(store, room, 0, int.MaxValue), CancellationToken.None);

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync();
        _host.Dispose();
        // As the end of a process does; else the model's connections keep the database open.
        SqliteConnection.ClearAllPools();
        if (!_keep) Directory.Delete(_folder, recursive: true);
    }
}
