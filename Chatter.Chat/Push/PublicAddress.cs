using System.Net;
using System.Net.Sockets;

namespace Chatter.Chat.Push;

/// <summary>
/// Which addresses a push may go to. Where it goes to is said by whoever subscribes, so without this he could have the server speak to machines that he can't reach
/// himself: its own services, its neighbours, the host's metadata. What is asked is the address that is connected to, after the name was resolved, since a name can
/// mean anything by then.
/// </summary>
internal static class PublicAddress
{
    private static readonly IPNetwork[] Reserved =
    [
        .. new[]
        {
            "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16",
            "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4",
            // Within what is global: ways to carry one of the above (Teredo, 6to4), and examples.
            "2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20",
        }.Select(IPNetwork.Parse),
    ];

    private static readonly IPNetwork Global = IPNetwork.Parse("2000::/3");

    /// <summary>Whether it is an address of the public internet.</summary>
    public static bool Is(IPAddress address)
    {
        if (address.IsIPv4MappedToIPv6) address = address.MapToIPv4();
        if (address.AddressFamily == AddressFamily.InterNetworkV6 && !Global.Contains(address)) return false;
        return !Reserved.Any(network => network.Contains(address));
    }

    /// <summary>Connects to one of a host's public addresses.</summary>
    /// <exception cref="PushForbiddenException">It has none.</exception>
    public static async ValueTask<Stream> Connect(DnsEndPoint host, bool allowPrivate, CancellationToken cancel)
    {
        var addresses = await Dns.GetHostAddressesAsync(host.Host, cancel);
        if (!allowPrivate) addresses = [.. addresses.Where(Is)];
        if (addresses.Length == 0) throw new PushForbiddenException();
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(addresses, host.Port, cancel);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}

/// <summary>A push would go where none may.</summary>
internal sealed class PushForbiddenException() : IOException("The push service has no public address.");
