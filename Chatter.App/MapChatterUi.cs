using Chatter.App.Circuits;
using Chatter.App.Languages;
using Chatter.App.Security;

namespace Chatter.App;

/// <summary>Where the web app answers.</summary>
internal static class ChatterUiEndpoints
{
    public static IApplicationBuilder UseChatterUi(this WebApplication app)
    {
        app.UseSecurityHeaders();
        app.UseLanguages(static path => IsPage(path) || path.StartsWithSegments(CircuitDoor.Path));
        var showErrors = app.Environment.IsDevelopment();
        app.UseWhen(static http => IsPage(http.Request.Path), pages =>
        {
            if (!showErrors) pages.UseExceptionHandler("/error", createScopeForErrors: true);
            pages.UseStatusCodePagesWithReExecute("/not-found", createScopeForStatusCodePages: true);
        });
        // Behind them and not, as by default, before everything: both run the request again at another address, which has to be found then.
        app.UseRouting();
        return app;
    }

    /// <summary>Lets only those who are logged in start circuits. Behind the authentication.</summary>
    public static IApplicationBuilder UseCircuitDoor(this WebApplication app)
    {
        var door = app.Services.GetRequiredService<CircuitDoor>();
        return app.Use(next => http => door.Invoke(http, next));
    }

    public static IEndpointRouteBuilder MapChatterUi(this IEndpointRouteBuilder routes)
    {
        routes.MapStaticAssets();
        routes.MapRazorComponents<Components.App>().AddInteractiveServerRenderMode(static server =>
        {
            // Sent by SecurityHeaders.
            server.ContentSecurityFrameAncestorsPolicy = null;
            // Compressing secrets together with what others wrote tells the secrets (BREACH).
            server.DisableWebSocketCompression = true;
        });
        return routes;
    }

    /// <summary>Programs get the answers that docs/protocol.md promises, not pages.</summary>
    private static bool IsPage(PathString path) => !path.StartsWithSegments("/api") && !path.StartsWithSegments("/ws") && !path.StartsWithSegments("/health") && !path.StartsWithSegments(CircuitDoor.Path);
}
