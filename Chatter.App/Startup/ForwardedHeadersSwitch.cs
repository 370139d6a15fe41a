using Microsoft.AspNetCore.HttpOverrides;

namespace Chatter.App.Startup;

/// <summary>
/// Takes the effect from ASPNETCORE_FORWARDEDHEADERS_ENABLED: the framework would believe anybody who sends X-Forwarded-For, so limits by address could be
/// dodged by a header. Who may send it is <c>Chatter:Proxies</c>' to say.
/// </summary>
internal static class ForwardedHeadersSwitch
{
    private const string Key = "ForwardedHeaders_Enabled";

    public static void Apply(WebApplicationBuilder builder)
    {
        if (!string.Equals(builder.Configuration[Key], "true", StringComparison.OrdinalIgnoreCase)) return;
        Console.Error.WriteLine("Chatter warns: ASPNETCORE_FORWARDEDHEADERS_ENABLED has no effect, since it would believe anybody. Name your proxies instead (Chatter:Proxies, as Chatter__Proxies__0=127.0.0.1).");
        builder.Services.PostConfigure<ForwardedHeadersOptions>(static options => options.ForwardedHeaders = ForwardedHeaders.None);
    }
}
