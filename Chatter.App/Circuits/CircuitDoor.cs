using Chatter.Chat.Telemetry;
using Chatter.Chat.Users;
using Microsoft.Extensions.Options;

namespace Chatter.App.Circuits;

/// <summary>
/// The door of <c>/_blazor</c>. It lets in nothing without a session, since pages for people who aren't logged in need no circuit, and no more connections of a user
/// or an address than the settings allow. A page that can't get in asks here at <c>/_blazor/place</c> why: 401, 429, or 204 where it may try again.
/// </summary>
internal sealed class CircuitDoor(IOptions<UiSettings> settings, ChatterMetrics metrics)
{
    /// <summary>Where circuits are.</summary>
    public const string Path = "/_blazor";

    /// <summary>How a page says that it is left. It names the circuit by its secret, which is right enough, and may come when the session has ended.</summary>
    public const string Goodbye = Path + "/disconnect";

    /// <summary>Where a page asks whether it may come in (js/start.js). By POST, since a browser sends its origin with that.</summary>
    private const string Question = Path + "/place";

    private readonly Counts<Guid> _users = new(settings.Value.CircuitsPerUser);
    private readonly Counts<string> _addresses = new(settings.Value.CircuitsPerAddress);

    public static bool IsAt(PathString path) => path.StartsWithSegments(Path) && !path.StartsWithSegments(Goodbye);

    public Task Invoke(HttpContext http, RequestDelegate next)
    {
        if (!IsAt(http.Request.Path)) return next(http);
        if (http.User.Identity is not { IsAuthenticated: true }) return Refuse(http, StatusCodes.Status401Unauthorized);
        return Serve(http, next);
    }

    private async Task Serve(HttpContext http, RequestDelegate next)
    {
        using var user = _users.Enter(http.User.UserId());
        using var address = user is null || AddressGroup.Of(http.Connection.RemoteIpAddress) is not { } group ? null : _addresses.Enter(group);
        if (user is null || (address is null && http.Connection.RemoteIpAddress is not null))
        {
            metrics.LimitHit(user is null ? nameof(UiSettings.CircuitsPerUser) : nameof(UiSettings.CircuitsPerAddress));
            await Refuse(http, StatusCodes.Status429TooManyRequests);
            return;
        }
        if (IsQuestion(http.Request)) http.Response.StatusCode = StatusCodes.Status204NoContent;
        else await next(http);
    }

    /// <summary>A page asks whether it may come in.</summary>
    private static bool IsQuestion(HttpRequest request) => HttpMethods.IsPost(request.Method) && request.Path == Question;

    private static Task Refuse(HttpContext http, int status)
    {
        http.Response.StatusCode = status;
        http.Response.Headers.CacheControl = "no-store";
        return Task.CompletedTask;
    }

    /// <summary>How many are inside, by key.</summary>
    private sealed class Counts<TKey>(int most)
        where TKey : notnull
    {
        private readonly Lock _lock = new();
        private readonly Dictionary<TKey, int> _inside = [];

        /// <returns>The place, which is left by disposing it; null where there is none.</returns>
        public IDisposable? Enter(TKey key)
        {
            lock (_lock)
            {
                var inside = _inside.GetValueOrDefault(key);
                if (inside >= most) return null;
                _inside[key] = inside + 1;
            }
            return new Place(this, key);
        }

        private void Leave(TKey key)
        {
            lock (_lock)
            {
                if (_inside[key] == 1) _inside.Remove(key);
                else _inside[key]--;
            }
        }

        private sealed class Place(Counts<TKey> counts, TKey key) : IDisposable
        {
            public void Dispose() => counts.Leave(key);
        }
    }
}
