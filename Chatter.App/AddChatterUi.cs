using Chatter.App.Circuits;
using Chatter.App.Languages;
using Chatter.App.Session;
using Chatter.Chat.Client;
using Chatter.Chat.Gateway;
using Chatter.Chat.Settings;
using Chatter.Chat.Users;
using Microsoft.AspNetCore.Components.Server.Circuits;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.AspNetCore.DataProtection.Repositories;
using Microsoft.AspNetCore.SignalR;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using MudBlazor;
using MudBlazor.Services;

namespace Chatter.App;

/// <summary>What the web app is made of.</summary>
internal static class ChatterUiServices
{
    private const int MostLostCircuits = 1_000;

    /// <summary>A page tries at least every 5 s to come back. One that can't for longer loads itself again, and has lost nothing.</summary>
    private static readonly TimeSpan LostCircuitsFor = TimeSpan.FromSeconds(45);

    public static WebApplicationBuilder AddChatterUi(this WebApplicationBuilder builder)
    {
        PrivateListener.Add(builder);
        builder.Services.AddOptions<UiSettings>().Bind(builder.Configuration.GetSection(UiSettings.Section)).ValidateDataAnnotations().ValidateOnStart();
        builder.Services.AddPages();
        builder.Services.AddSessions();
        builder.Services.AddKeys();
        return builder;
    }

    private static void AddPages(this IServiceCollection services)
    {
        services.AddRazorComponents().AddInteractiveServerComponents(circuits =>
        {
            circuits.DisconnectedCircuitMaxRetained = MostLostCircuits;
            circuits.DisconnectedCircuitRetentionPeriod = LostCircuitsFor;
            circuits.JSInteropDefaultCallTimeout = Browser.AnswersWithin;
            // A page that isn't known any more loads itself again, so what could be resumed later need not be kept.
            circuits.PersistedCircuitInMemoryMaxRetained = MostLostCircuits;
            circuits.PersistedCircuitInMemoryRetentionPeriod = LostCircuitsFor;
        }).AddHubOptions(static hub => hub.AddFilter<CircuitFilter>());
        services.AddCascadingAuthenticationState();
        services.AddMudServices();
        services.AddTransient<MudLocalizer, MudWords>();
        services.Configure<ChatterAuthenticationOptions>(Principals.Scheme, static login => login.LoginPath = "/login");
    }

    private static void AddSessions(this IServiceCollection services)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton<PrivateHandler>();
        services.AddSingleton<ChatClientFactory>(static provider =>
        {
            var handler = provider.GetRequiredService<PrivateHandler>().Handler;
            var tickets = provider.GetRequiredService<TicketService>();
            var time = provider.GetRequiredService<TimeProvider>();
            var logger = provider.GetRequiredService<ILogger<ChatClient>>();
            return sessionId => new ChatClient(new ChatClientOptions
            {
                Server = new Uri("http://localhost"),
                Handler = handler,
                Token = _ => ValueTask.FromResult<string?>(tickets.Issue(sessionId)),
                Time = time,
                Logger = logger,
            });
        });
        services.AddSingleton<CircuitDoor>();
        services.AddSingleton<CircuitEnder>();
        services.AddSingleton<KnownCircuits>();
        services.AddSingleton<CircuitFilter>();
        services.AddScoped<OwnCircuit>();
        services.AddScoped<ChatState>();
        services.AddScoped<ChatSession>();
        services.AddScoped<Browser>();
        services.AddScoped<CircuitHandler, ChatCircuitHandler>();
    }

    /// <summary>The keys of antiforgery tokens and circuits stay with the data, so that they outlive a restart.</summary>
    private static void AddKeys(this IServiceCollection services)
    {
        services.AddDataProtection().SetApplicationName("Chatter");
        services.AddOptions<KeyManagementOptions>().Configure<IOptions<ServerSettings>, IHostEnvironment, ILoggerFactory>(static (keys, settings, environment, loggers) =>
            keys.XmlRepository = new FileSystemXmlRepository(new DirectoryInfo(Path.Combine(environment.ContentRootPath, settings.Value.DataPath, "keys")), loggers));
    }
}
