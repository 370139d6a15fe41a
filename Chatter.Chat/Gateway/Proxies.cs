using System.Net;
using Chatter.Chat.Settings;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.Extensions.Options;
using IPNetwork = System.Net.IPNetwork;

namespace Chatter.Chat.Gateway;

/// <summary>The proxies that may say who is calling (<c>Chatter:Proxies</c>).</summary>
internal sealed class Proxies
{
    private readonly List<IPNetwork> _networks = [];
    private readonly bool _unixSockets;

    public Proxies(IOptions<ServerSettings> settings)
    {
        var entries = settings.Value.Proxies;
        // Others than these were refused when the settings were checked.
        foreach (var entry in entries)
            if (NetworksAttribute.TryParse(entry, out var network)) _networks.Add(network);
        _unixSockets = entries.Contains(NetworksAttribute.UnixSocket);
    }

    /// <summary>Whether a peer is one of them.</summary>
    /// <param name="peer">The address that the connection comes from; null for a unix socket.</param>
    public bool Contains(IPAddress? peer)
    {
        if (peer is null) return _unixSockets;
        // A listener for both families shows IPv4 callers in the form of the other.
        var address = peer.IsIPv4MappedToIPv6 ? peer.MapToIPv4() : peer;
        foreach (var network in _networks)
            if (network.Contains(address)) return true;
        return false;
    }

    /// <summary>
    /// How the framework reads their headers: from the nearest hop outwards, as long as each hop is listed, so the caller is the nearest one that isn't.
    /// </summary>
    public ForwardedHeadersOptions Options()
    {
        var options = new ForwardedHeadersOptions { ForwardedHeaders = ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto | ForwardedHeaders.XForwardedHost, ForwardLimit = null };
        // Empty lists would mean everybody; loopback is in them by default.
        options.KnownProxies.Clear();
        options.KnownIPNetworks.Clear();
        foreach (var network in _networks) options.KnownIPNetworks.Add(network);
        // An address that nobody calls from (RFC 5737): with `unix` alone the list of the rest must not be empty.
        if (_networks.Count == 0) options.KnownProxies.Add(IPAddress.Parse("192.0.2.0"));
        return options;
    }
}
