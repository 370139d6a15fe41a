using System.Net;
using Chatter.Chat.Settings;

namespace Chatter.App.Startup;

/// <summary>
/// Refuses to serve plain HTTP beyond this machine in Production: passwords, tokens and messages could be read on the way. Whoever has a proxy with TLS in front
/// lists it, and whoever means it says so. To be asked when the addresses are settled (<see cref="ListenAddresses"/>).
/// </summary>
internal static class PlainHttpCheck
{
    /// <exception cref="BadSettingsException">It would.</exception>
    public static void Apply(WebApplicationBuilder builder)
    {
        var settings = builder.Configuration.GetSection(ServerSettings.Section).Get<ServerSettings>() ?? new ServerSettings();
        if (!builder.Environment.IsProduction() || settings.PlainHttp || settings.Proxies.Length > 0) return;
        var addresses = Addresses(builder.Configuration);
        if (Array.Exists(addresses, static address => address.Scheme == Uri.UriSchemeHttps)) return;
        if (Array.Find(addresses, IsOpen) is not { } open) return;
        throw new BadSettingsException(
        [
            $"{open} is plain HTTP that other machines can reach, so passwords and messages could be read on the way. Name the proxy with TLS that is in front of it (Chatter:Proxies, as Chatter__Proxies__0=127.0.0.1), "
            + "listen on this machine only (--urls http://localhost:8080), or give it a certificate (Kestrel:Endpoints). If it is meant, set Chatter:PlainHttp (environment variable Chatter__PlainHttp) to true.",
        ]);
    }

    private static BindingAddress[] Addresses(ConfigurationManager configuration)
    {
        var endpoints = configuration.GetSection("Kestrel:Endpoints");
        var urls = endpoints.Exists()
            ? endpoints.GetChildren().Select(static endpoint => endpoint["Url"])
            : (configuration[WebHostDefaults.ServerUrlsKey] ?? "").Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return [.. urls.OfType<string>().Where(ListenAddresses.IsAddress).Select(static url => BindingAddress.Parse(url))];
    }

    private static bool IsOpen(BindingAddress address) =>
        !address.IsUnixPipe && !string.Equals(address.Host, "localhost", StringComparison.OrdinalIgnoreCase) && !(IPAddress.TryParse(address.Host.Trim('[', ']'), out var ip) && IPAddress.IsLoopback(ip));
}
