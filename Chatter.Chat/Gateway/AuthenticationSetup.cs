using Chatter.Chat.Users;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Chatter.Chat.Gateway;

/// <summary>Registers who finds out who is calling, and the antiforgery tokens that requests by cookie need.</summary>
internal static class AuthenticationSetup
{
    internal static IServiceCollection AddChatterAuthentication(this IServiceCollection services)
    {
        services.AddAuthentication(Principals.Scheme).AddScheme<ChatterAuthenticationOptions, ChatterAuthenticationHandler>(Principals.Scheme, null);
        services.AddAuthorization();
        services.AddAntiforgery(static antiforgery => antiforgery.Cookie.SecurePolicy = CookieSecurePolicy.SameAsRequest);
        return services;
    }
}
