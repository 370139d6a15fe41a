namespace Chatter.App.Startup;

/// <summary>Where the server listens: what was asked for, checked, or what the environment's settings file has by default.</summary>
internal static class ListenAddresses
{
    private const string Fallback = "http://localhost:8080";

    /// <summary>
    /// Sets <c>urls</c> where nobody says where to listen. As a plain <c>Urls</c> in the settings files it would win over the environment variable
    /// ASPNETCORE_URLS. Ports given alone, as images for containers do, become addresses, so that further ones can be added to them.
    /// </summary>
    /// <exception cref="BadSettingsException">What was asked for is no address.</exception>
    public static void Apply(WebApplicationBuilder builder)
    {
        var configuration = builder.Configuration;
        if (configuration.GetSection("Kestrel:Endpoints").Exists()) return;
        var asked = Parts(configuration["urls"]);
        if (asked.Length == 0) asked = [.. ByPort("http"), .. ByPort("https")];
        if (asked.Length == 0) asked = Parts(configuration["DefaultUrls"] ?? Fallback);
        var wrong = asked.Where(static url => !IsAddress(url)).ToArray();
        if (wrong.Length > 0) throw new BadSettingsException([.. wrong.Select(Explain)]);
        builder.WebHost.UseUrls(asked);
        configuration["http_ports"] = configuration["https_ports"] = null;

        IEnumerable<string> ByPort(string scheme) => Parts(configuration[$"{scheme}_ports"]).Select(port => $"{scheme}://*:{port}");
    }

    private static string[] Parts(string? list) => (list ?? "").Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    /// <summary>Whether that is an address to listen on.</summary>
    public static bool IsAddress(string url)
    {
        try
        {
            var address = BindingAddress.Parse(url);
            if (address.Scheme is not ("http" or "https")) return false;
            // A port that is no number becomes part of the host's name there.
            return address.IsUnixPipe || address.Port is >= 0 and <= 65_535 && (address.Host.StartsWith('[') || !address.Host.Contains(':', StringComparison.Ordinal));
        }
        catch (FormatException)
        {
            return false;
        }
    }

    private static string Explain(string url) => $"\"{url}\" is no address to listen on. One looks like {Fallback} (--urls, environment variable ASPNETCORE_URLS).";
}
