using System.Net;
using Chatter.Chat.Protocol;
using Chatter.Chat.RoomLog;
using Chatter.Chat.Settings;

namespace Chatter.Chat.Push;

/// <summary>A browser that wants to be pushed to, while its session lasts.</summary>
/// <param name="Session">The login session; a browser has one, and so one subscription.</param>
/// <param name="Endpoint">Where its push service takes pushes.</param>
/// <param name="Key">Its public key.</param>
/// <param name="Auth">Its secret.</param>
/// <param name="Origin">The address by which it reached this server.</param>
internal sealed record PushSubscription(Guid Session, Uri Endpoint, byte[] Key, byte[] Auth, string Origin)
{
    private const int LongestEndpoint = 2_000;

    /// <summary>Where pushes may go to, as far as the address itself says; what its name means is asked when it is connected to.</summary>
    /// <param name="text">The address.</param>
    /// <param name="settings">What is allowed: else the server could be made to knock at any port of anybody's.</param>
    public static Uri? ReadEndpoint(string text, PushSettings settings)
    {
        if (text.Length > LongestEndpoint || !Uri.TryCreate(text, UriKind.Absolute, out var endpoint) || endpoint.UserInfo.Length > 0 || endpoint.Fragment.Length > 0) return null;
        if (settings.AllowPrivate) return endpoint.Scheme == Uri.UriSchemeHttps || endpoint.Scheme == Uri.UriSchemeHttp ? endpoint : null;
        return endpoint.Scheme == Uri.UriSchemeHttps && (endpoint.IsDefaultPort || settings.Ports.Contains(endpoint.Port)) && (!IPAddress.TryParse(endpoint.IdnHost, out var address) || PublicAddress.Is(address)) ? endpoint : null;
    }
}

/// <summary>Keeps a subscription, in the place of the session's former one. A browser that logged in anew has the same endpoint: it is no longer the old session's.</summary>
internal sealed class KeepSubscription(PushSubscription subscription, Guid user) : WriteOperation<bool>
{
    protected override Outcome<bool> Decide(WriteBatch batch)
    {
        var endpoint = subscription.Endpoint.AbsoluteUri;
        batch.Store.Execute("delete from push_subscriptions where session = $1 or endpoint = $2", subscription.Session, endpoint);
        batch.Store.Execute(
            "insert into push_subscriptions (session, user, endpoint, key, auth, origin, created_at) values ($1, $2, $3, $4, $5, $6, $7)",
            subscription.Session, user, endpoint, subscription.Key, subscription.Auth, subscription.Origin, batch.Now.ToUnixTimeMilliseconds());
        return true;
    }
}

/// <summary>Forgets a session's subscription; with an endpoint only if it is still that one.</summary>
internal sealed class DropSubscription(Guid session, Uri? endpoint = null) : WriteOperation<bool>
{
    protected override Outcome<bool> Decide(WriteBatch batch) =>
        batch.Store.Execute("delete from push_subscriptions where session = $1 and ($2 is null or endpoint = $2)", session, endpoint?.AbsoluteUri) > 0;
}
