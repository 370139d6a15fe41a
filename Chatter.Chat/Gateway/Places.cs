using System.Net;
using Chatter.Chat.Users;

namespace Chatter.Chat.Gateway;

/// <summary>So many at a time in all, and so many of one address.</summary>
internal sealed class Places(int inAll, int perAddress)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, int> _byAddress = [];
    private int _count;

    /// <summary>How many are taken.</summary>
    public int Count => Volatile.Read(ref _count);

    /// <summary>Takes a place; disposing it gives it back.</summary>
    /// <param name="address">Null for the host's own listener, which has no limit of its own.</param>
    /// <param name="addressIsFull">Where there is none: whether it is the address that has no more.</param>
    public Place? Enter(IPAddress? address, out bool addressIsFull)
    {
        var group = AddressGroup.Of(address);
        lock (_lock)
        {
            addressIsFull = group is not null && _byAddress.GetValueOrDefault(group) >= perAddress;
            if (addressIsFull || _count >= inAll) return null;
            _count++;
            if (group is not null) _byAddress[group] = _byAddress.GetValueOrDefault(group) + 1;
        }
        return new Place(this, group);
    }

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

    /// <summary>One's place.</summary>
    internal sealed class Place(Places places, string? group) : IDisposable
    {
        public void Dispose() => places.Leave(group);
    }
}
