using System.ComponentModel.DataAnnotations;
using System.Net;
using System.Net.Sockets;

namespace Chatter.Chat.Settings;

/// <summary>A list of addresses and networks: <c>192.0.2.7</c>, <c>2001:db8::7</c>, <c>10.0.0.0/8</c>, or <c>unix</c> for callers by a unix socket.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class NetworksAttribute : ValidationAttribute
{
    /// <summary>The entry for callers by a unix socket, which have no address.</summary>
    public const string UnixSocket = "unix";

    /// <summary>Reads an address or a network. An address is a network of one.</summary>
    /// <param name="text">The text.</param>
    /// <param name="network">What it says.</param>
    /// <returns>False for anything else, short forms such as <c>10.1</c> included, which rarely mean what they say.</returns>
    public static bool TryParse(string? text, out IPNetwork network)
    {
        network = default;
        if (text is null) return false;
        if (IPNetwork.TryParse(text, out network)) return IsWhole(text[..text.IndexOf('/', StringComparison.Ordinal)]);
        if (text.Contains('/', StringComparison.Ordinal) || text.Contains('%', StringComparison.Ordinal) || !IsWhole(text) || !IPAddress.TryParse(text, out var address)) return false;
        network = new IPNetwork(address, address.AddressFamily == AddressFamily.InterNetwork ? 32 : 128);
        return true;
    }

    /// <inheritdoc/>
    public override bool IsValid(object? value) => value switch
    {
        null => true,
        string entry => entry == UnixSocket || TryParse(entry, out _),
        IEnumerable<string> entries => entries.All(IsValid),
        _ => false,
    };

    /// <inheritdoc/>
    public override string FormatErrorMessage(string name) => $"{name} has an entry that is no address or network. One looks like 192.0.2.7, 2001:db8::7 or 10.0.0.0/8.";

    private static bool IsWhole(string address) => address.Contains(':', StringComparison.Ordinal) || address.Split('.').Length == 4;
}
