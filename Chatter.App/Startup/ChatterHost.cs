using Chatter.Chat.Settings;
using Microsoft.Extensions.Options;

namespace Chatter.App.Startup;

/// <summary>
/// Builds and runs the host, so that whoever starts Chatter reads either where it listens or, in one line, why it can't and what to do about it.
/// </summary>
internal static class ChatterHost
{
    private const int Failed = 1;

    /// <summary>It ran and a part of it broke (EX_SOFTWARE of sysexits.h).</summary>
    private const int Broken = 70;

    /// <summary>Connections that the kernel keeps until they are accepted; it allows no more than <c>net.core.somaxconn</c>. One that finds no place tries again a second later.</summary>
    private const int ConnectionsWaiting = 4_096;

    /// <summary>What a stopping server may need after its sockets are closed: the last commits, the last answers.</summary>
    private static readonly TimeSpan StopWithin = TimeSpan.FromSeconds(5);

    /// <summary>Runs until the process is told to stop.</summary>
    /// <param name="args">The command line.</param>
    /// <param name="configure">Adds the services.</param>
    /// <param name="map">Adds middleware and endpoints.</param>
    /// <returns>The process's exit code.</returns>
    public static async Task<int> Run(string[] args, Action<WebApplicationBuilder> configure, Action<WebApplication> map)
    {
        var gate = new StartGate();
        try
        {
            var builder = WebApplication.CreateBuilder(new WebApplicationOptions { Args = args, ContentRootPath = ContentRoot(args) });
            Prepare(builder, gate);
            configure(builder);
            var app = builder.Build();
            map(app);
            // An app that didn't start isn't disposed of: nothing was served, the process ends, and parts that never ran have nothing to bring to an end.
            await app.StartAsync();
            gate.Open();
            await using (app)
            {
                Banner.Write(app);
                await app.WaitForShutdownAsync();
                // A part that can't go on says so there before it stops the host; one that runs in the background and threw has stopped it without a word.
                return Environment.ExitCode is 0 && HasFailedPart(app) ? Broken : Environment.ExitCode;
            }
        }
        catch (OperationCanceledException) when (!gate.IsOpen)
        {
            // Told to stop while it started. Nothing was served, and what was begun is undone with the process.
            return Environment.ExitCode;
        }
        catch (Exception e) when (!gate.IsOpen && StartupErrors.Explain(e) is { } problems)
        {
            foreach (var problem in problems) Console.Error.WriteLine($"Chatter can't start: {problem}");
            return Failed;
        }
    }

    private static bool HasFailedPart(WebApplication app) =>
        app.Services.GetServices<IHostedService>().OfType<BackgroundService>().Any(static part => part.ExecuteTask is { IsFaulted: true });

    private static void Prepare(WebApplicationBuilder builder, StartGate gate)
    {
        // What the host and the server say of a failed start, with a stack trace each, is said below in one line.
        builder.Logging.AddFilter("Microsoft.Extensions.Hosting.Internal.Host", level => level >= LogLevel.Warning && (gate.IsOpen || level != LogLevel.Error));
        builder.Logging.AddFilter("Microsoft.AspNetCore.Server.Kestrel", level => level >= LogLevel.Warning && (gate.IsOpen || level == LogLevel.Warning));

        if (RuntimeFloor.Judge(Environment.Version) is { } old) Console.Error.WriteLine($"Chatter warns: {old}");
        var check = SettingsCheck.Of(builder.Configuration);
        foreach (var warning in check.Warnings) Console.Error.WriteLine($"Chatter warns: {warning}");
        if (check.Errors.Count > 0) throw new BadSettingsException(check.Errors);

        ListenAddresses.Apply(builder);
        PlainHttpCheck.Apply(builder);
        ForwardedHeadersSwitch.Apply(builder);
        // Frames are handled by the thread that read them: handing each to another one cost 6 % of a room's traffic, and nothing here blocks.
        builder.WebHost.UseSockets(static sockets => (sockets.UnsafePreferInlineScheduling, sockets.Backlog) = (true, ConnectionsWaiting));
        builder.Services.AddHostedService<HeapKeeper>();
        // Else a build that isn't published answers every static file with nothing, outside of Development.
        if (!builder.Environment.IsDevelopment()) UseBuildsOwnFiles(builder);
        builder.Services.AddOptions<HostOptions>().Configure<IOptions<SocketSettings>>(static (host, sockets) => host.ShutdownTimeout = sockets.Value.DrainWithin + StopWithin);
    }

    private static void UseBuildsOwnFiles(WebApplicationBuilder builder)
    {
        try
        {
            builder.WebHost.UseStaticWebAssets();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new StartupException($"This build's pages and scripts can't be read: {e.Message} Run a published build (dotnet publish), or let this user read them.", e);
        }
    }

    /// <summary>
    /// The folder of the settings files: the current one (as <c>dotnet run</c> has it), or the program's own where it is started from elsewhere,
    /// since its pages and settings are there.
    /// </summary>
    public static string? ContentRoot(string[] args)
    {
        var named = new ConfigurationBuilder().AddEnvironmentVariables("DOTNET_").AddEnvironmentVariables("ASPNETCORE_").AddCommandLine(args).Build()[HostDefaults.ContentRootKey];
        return named is null && !File.Exists("appsettings.json") ? AppContext.BaseDirectory : null;
    }

    /// <summary>Opens when the server has started.</summary>
    private sealed class StartGate
    {
        private volatile bool _open;

        public bool IsOpen => _open;

        public void Open() => _open = true;
    }
}
