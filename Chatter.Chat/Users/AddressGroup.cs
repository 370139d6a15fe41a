using System.Net;
using System.Net.Sockets;

namespace Chatter.Chat.Users;

/// <summary>What counts as one address: an IPv4 address, or the /64 that an IPv6 subscriber has to himself and could walk through.</summary>
public static class AddressGroup
{
    /// <summary>The group that an address belongs to, as a text.</summary>
    /// <returns>Null for no address, which is a caller inside this process.</returns>
    public static string? Of(IPAddress? address)
    {
        if (address is null) return null;
        if (address.IsIPv4MappedToIPv6) address = address.MapToIPv4();
        if (address.AddressFamily != AddressFamily.InterNetworkV6) return address.ToString();
        var bytes = address.GetAddressBytes();
        bytes.AsSpan(8).Clear();
        return $"{new IPAddress(bytes)}/64";
    }
}
