using System.Reflection;
using Chatter.Chat.Storage;

namespace Chatter.App.Startup;

/// <summary>What a started server tells the person who started it.</summary>
internal static class Banner
{
    /// <summary>Writes where it listens, where its data lies, and what to do first.</summary>
    public static void Write(WebApplication app)
    {
        // The host's private listener is no address for people.
        var addresses = app.Urls.Where(static url => !url.StartsWith("http://unix:", StringComparison.Ordinal)).ToArray();
        var version = typeof(Banner).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0];
        Console.WriteLine($"""
            Chatter {version}, {app.Environment.EnvironmentName}
              listens on  {string.Join(", ", addresses)}
              keeps       {app.Services.GetRequiredService<Database>().Folder}
              first       open {Openable(addresses.FirstOrDefault() ?? "")} in a browser and register
            Press Ctrl+C to stop.
            """);
    }

    /// <summary>An address that a browser on this machine can open.</summary>
    private static string Openable(string address) =>
        address.Replace("//[::]", "//localhost", StringComparison.Ordinal).Replace("//0.0.0.0", "//localhost", StringComparison.Ordinal)
            .Replace("//*", "//localhost", StringComparison.Ordinal).Replace("//+", "//localhost", StringComparison.Ordinal);
}
