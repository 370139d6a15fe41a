using Chatter.Chat.Accounts;
using Chatter.Chat.Broadcasting;
using Chatter.Chat.Files;
using Chatter.Chat.Gateway;
using Chatter.Chat.Messages;
using Chatter.Chat.Push;
using Chatter.Chat.RoomLog;
using Chatter.Chat.Rooms;
using Chatter.Chat.Search;
using Chatter.Chat.Settings;
using Chatter.Chat.Storage;
using Chatter.Chat.Telemetry;
using Chatter.Chat.Users;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace Chatter.Chat;

/// <summary>What Chatter is made of.</summary>
public static class ChatterServices
{
    /// <summary>Adds the chat server: settings, store, engine, accounts and gateway. <see cref="ChatterEndpoints.MapChatter"/> gives it its addresses.</summary>
    /// <exception cref="StartupException">Thrown when the host starts, where the data folder or the database is not fit; the message says what to do.</exception>
    public static IServiceCollection AddChatter(this IServiceCollection services, IConfiguration configuration)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.AddSettings(configuration);
        services.AddMetrics();
        services.TryAddSingleton<ChatterMetrics>();
        services.AddStore();
        services.AddEngine();
        services.AddSearch();
        services.AddFiles();
        services.AddPush();
        services.AddUsers();
        services.AddSingleton<AccountService>();
        services.AddGateway();
        // Nobody needs to know what serves.
        services.Configure<KestrelServerOptions>(static kestrel => kestrel.AddServerHeader = false);
        return services;
    }

    private static void AddSettings(this IServiceCollection services, IConfiguration configuration)
    {
        Add<ServerSettings>(ServerSettings.Section);
        Add<AccountsSettings>(AccountsSettings.Section);
        Add<SessionsSettings>(SessionsSettings.Section);
        Add<SocketSettings>(SocketSettings.Section);
        Add<LimitsSettings>(LimitsSettings.Section);
        Add<EngineSettings>(EngineSettings.Section);
        Add<FilesSettings>(FilesSettings.Section);
        Add<PushSettings>(PushSettings.Section);

        void Add<T>(string section) where T : class => services.AddOptions<T>().Bind(configuration.GetSection(section)).ValidateDataAnnotations().ValidateOnStart();
    }

    // Hosted services start in this order and stop in the reverse one: the store is ready before the writer, the writer outlives all who feed it.
    private static void AddStore(this IServiceCollection services)
    {
        services.AddSingleton<Database>();
        services.AddSingleton<StoreEpoch>();
        services.AddSingleton<OldPages>();
        services.AddSingleton<Checkpointer>();
        services.AddHostedService<StoreStartup>();
        services.AddHostedService(static provider => provider.GetRequiredService<Checkpointer>());
    }

    private static void AddEngine(this IServiceCollection services)
    {
        services.AddSingleton<Connections>();
        services.AddSingleton<CatchUp>();
        services.AddSingleton<PageBudget>();
        services.AddHosted<Broadcaster>();
        services.AddHosted<EventWriter>();
        services.AddSingleton<SendBuckets>();
        services.AddSingleton<MessageService>();
        services.AddSingleton<HistoryService>();
        services.AddSingleton<MessageLists>();
        services.AddSingleton<RoomService>();
        services.AddHostedService<NonceSweeper>();
    }

    private static void AddSearch(this IServiceCollection services)
    {
        services.AddSingleton<SearchIndex>();
        services.AddSingleton<SearchReaders>();
        services.AddSingleton<SearchService>();
        services.AddHosted<SearchIndexer>();
    }

    private static void AddFiles(this IServiceCollection services)
    {
        services.AddSingleton<FileFolder>();
        services.AddSingleton<FileWorkers>();
        services.AddSingleton<UploadPlaces>();
        services.AddSingleton<Reception>();
        services.AddSingleton<UploadService>();
        services.AddSingleton<AvatarService>();
        services.AddSingleton<FileService>();
        services.AddHostedService<FileSweeper>();
    }

    private static void AddPush(this IServiceCollection services)
    {
        services.AddSingleton<PushKeys>();
        services.AddSingleton<PushService>();
        services.AddHosted<PushSender>();
    }

    private static void AddGateway(this IServiceCollection services)
    {
        services.AddChatterAuthentication();
        services.AddSingleton<Proxies>();
        // The first of all: the host adds a filter of its own before, which looks at the name that the caller asked for.
        services.Insert(0, ServiceDescriptor.Singleton<IStartupFilter, CallerAddress>());
        services.AddSingleton<IConfigureOptions<KestrelServerOptions>, ConnectionAdmission>();
        services.AddSingleton<IStartupFilter, RequestAdmission>();
        services.AddSingleton<IStartupFilter, ApiProblems>();
        services.AddSingleton<IStartupFilter, CrossOriginGuard>();
        services.AddHostedService<Subscriptions>();
        services.AddHostedService<PresenceTeller>();
        services.AddHostedService<SessionWatch>();
        services.AddHostedService<Drain>();
        services.AddSingleton<Greeting>();
        services.AddSingleton<TypingTurns>();
        services.AddSingleton<FrameDispatcher.Services>();
        services.AddSingleton<SocketAdmission>();
        services.AddSingleton<SocketEndpoint>();
        services.AddHealthChecks()
            .AddCheck<LoopsCheck>("loops", tags: [Health.Live])
            .AddCheck<StoreCheck>("store", tags: [Health.Ready]);
    }

    private static void AddHosted<T>(this IServiceCollection services) where T : class, IHostedService
    {
        services.AddSingleton<T>();
        services.AddHostedService(static provider => provider.GetRequiredService<T>());
    }
}
