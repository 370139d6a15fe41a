using Chatter.Chat.Storage;
using Chatter.Chat.Telemetry;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Chatter.Chat.Users;

/// <summary>Registers accounts and sessions. Needs the settings, <see cref="Database"/> and <c>Connections</c>.</summary>
internal static class UsersSetup
{
    /// <summary>PBKDF2 with HMAC-SHA-512; OWASP's password storage cheat sheet asks for 210,000 rounds at least.</summary>
    private const int HashIterations = 210_000;

    internal static IServiceCollection AddUsers(this IServiceCollection services)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.AddMetrics();
        services.TryAddSingleton<ChatterMetrics>();
        services.AddChatterModel();

        services.Configure<PasswordHasherOptions>(static hasher => hasher.IterationCount = HashIterations);
        services.AddSingleton<IPasswordHasher<ChatterUser>, PasswordHasher<ChatterUser>>();
        services.AddSingleton<ILookupNormalizer, UserNameLookup>();
        services.AddIdentityCore<ChatterUser>().AddEntityFrameworkStores<ChatterDbContext>();

        services.AddSingleton<PasswordHashing>().AddSingleton<PasswordRules>().AddSingleton<AddressLimits>().AddSingleton<KnownDevices>().AddSingleton<LoginThrottle>();
        services.AddSingleton<TicketService>().AddSingleton<SessionService>().AddSingleton<PeopleService>();
        services.AddHostedService<SessionUpkeep>();
        // Its parts are internal, and so is its constructor, which the container can't call by itself.
        services.AddSingleton(static provider => new UserService(
            provider.GetRequiredService<IServiceScopeFactory>(), provider.GetRequiredService<Database>(), provider.GetRequiredService<SessionService>(),
            provider.GetRequiredService<PasswordHashing>(), provider.GetRequiredService<PasswordRules>(), provider.GetRequiredService<AddressLimits>(),
            provider.GetRequiredService<LoginThrottle>(), provider.GetRequiredService<KnownDevices>(), provider.GetRequiredService<IOptions<Settings.AccountsSettings>>(),
            provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ILogger<UserService>>()));
        return services;
    }
}
