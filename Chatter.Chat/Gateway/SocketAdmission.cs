using System.Net;
using Chatter.Chat.Protocol;
using Chatter.Chat.Settings;
using Chatter.Chat.Users;
using Microsoft.Extensions.Options;

namespace Chatter.Chat.Gateway;

/// <summary>Bounds the sockets in all and of each address.</summary>
internal sealed class SocketAdmission(IOptions<LimitsSettings> limits)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, int> _byAddress = [];
    private int _count;
    private bool _closed;

    /// <summary>Takes a place; disposing it gives it back.</summary>
    /// <param name="address">Null for the host's own listener, which has no limit of its own.</param>
    /// <param name="refusal">Why there is none.</param>
    public IDisposable? Enter(IPAddress? address, out Refusal? refusal)
    {
        var group = AddressGroup.Of(address);
        lock (_lock)
        {
            refusal = _closed ? Busy("The server is stopping.")
                : _count >= limits.Value.Sockets ? Busy("The server has as many sockets as it takes.")
                : group is not null && _byAddress.GetValueOrDefault(group) >= limits.Value.SocketsPerAddress ? Busy("Your address has as many sockets as it may have.")
                : null;
            if (refusal is not null) return null;
            _count++;
            if (group is not null) _byAddress[group] = _byAddress.GetValueOrDefault(group) + 1;
        }
        return new Place(this, group);
    }

    /// <summary>Lets no further socket in.</summary>
    public void Close()
    {
        lock (_lock) _closed = true;
    }

    private static Refusal Busy(string message) => new(ErrorCodes.Unavailable, message) { RetryAfter = 5 };

    private void Leave(string? group)
    {
        lock (_lock)
        {
            _count--;
            if (group is null) return;
            if (_byAddress[group] == 1) _byAddress.Remove(group);
            else _byAddress[group]--;
        }
    }

    private sealed class Place(SocketAdmission admission, string? group) : IDisposable
    {
        public void Dispose() => admission.Leave(group);
    }
}
