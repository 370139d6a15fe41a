using Chatter.Chat.Protocol;
using Chatter.Chat.Settings;
using Chatter.Chat.Telemetry;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;

namespace Chatter.Chat.Gateway;

/// <summary>Bounds the requests to <c>/api</c> in work, in all and of each address. A startup filter, so that they are refused before anything is done for them.</summary>
internal sealed class RequestAdmission : IStartupFilter
{
    private static readonly Refusal TooMany = new(ErrorCodes.Unavailable, "The server has as many requests in work as it takes. Try again in a moment.") { RetryAfter = 1 };
    private static readonly Refusal TooManyOfAddress = new(ErrorCodes.RateLimited, "Your address has as many requests in work as it may have. Wait for their answers.") { RetryAfter = 1 };

    private readonly Places _places;
    private readonly ChatterMetrics _metrics;

    public RequestAdmission(IOptions<LimitsSettings> limits, ChatterMetrics metrics)
    {
        _places = new Places(limits.Value.RequestsAtOnce, limits.Value.RequestsPerAddress);
        _metrics = metrics;
        metrics.ObserveRequests(() => _places.Count);
    }

    public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
    {
        app.UseWhen(static http => http.Request.Path.StartsWithSegments("/api"), api => api.Use(Serve));
        next(app);
    };

    private async Task Serve(HttpContext http, RequestDelegate next)
    {
        using var place = _places.Enter(http.Connection.RemoteIpAddress, out var addressIsFull);
        if (place is not null)
        {
            await next(http);
            return;
        }
        _metrics.LimitHit(addressIsFull ? nameof(LimitsSettings.RequestsPerAddress) : nameof(LimitsSettings.RequestsAtOnce));
        await Problems.Write(http, addressIsFull ? TooManyOfAddress : TooMany);
    }
}
