using System.Net;
using Chatter.Chat.Broadcasting;
using Chatter.Chat.Protocol;
using Chatter.Chat.Settings;
using Chatter.Chat.Telemetry;
using Microsoft.Extensions.Options;

namespace Chatter.Chat.Gateway;

/// <summary>
/// Bounds the sockets in all, of each address, and those that nobody has said <c>hello</c> on. Of these the oldest makes way for a new one: who opens
/// sockets and says nothing would else keep everybody out, and whoever means to talk says <c>hello</c> at once.
/// </summary>
internal sealed class SocketAdmission
{
    private readonly Lock _lock = new();
    private readonly LinkedList<SocketPlace> _withoutHello = [];
    private readonly Places _places;
    private readonly LimitsSettings _limits;
    private readonly ChatterMetrics _metrics;
    private volatile bool _closed;

    public SocketAdmission(IOptions<LimitsSettings> limits, Connections connections, ChatterMetrics metrics)
    {
        (_limits, _metrics) = (limits.Value, metrics);
        _places = new Places(_limits.Sockets, _limits.SocketsPerAddress);
        metrics.ObserveSockets(() => _withoutHello.Count, () => connections.Count);
    }

    /// <summary>Takes a place; disposing it gives it back.</summary>
    /// <param name="address">Null for the host's own listener, which has no limit of its own.</param>
    /// <param name="refusal">Why there is none.</param>
    public SocketPlace? Enter(IPAddress? address, out Refusal? refusal)
    {
        refusal = null;
        if (TryEnter(address, out var addressIsFull) is { } place) return place;
        refusal = _closed ? Refuse("stopping", "The server is stopping.")
            : addressIsFull ? Refuse("address", "Your address has as many sockets as it may have.")
            : Refuse("sockets", "The server has as many sockets as it takes.");
        if (!_closed) _metrics.LimitHit(addressIsFull ? nameof(LimitsSettings.SocketsPerAddress) : nameof(LimitsSettings.Sockets));
        return null;
    }

    /// <summary>Takes a place where there is one; where there isn't, nobody is told.</summary>
    public SocketPlace? TryEnter(IPAddress? address, out bool addressIsFull)
    {
        addressIsFull = false;
        if (_closed || _places.Enter(address, out addressIsFull) is not { } taken) return null;
        var place = new SocketPlace(this, taken);
        SocketPlace? oldest = null;
        lock (_lock)
        {
            if (_withoutHello.Count >= _limits.SocketsWithoutHello)
            {
                oldest = _withoutHello.First!.Value;
                _withoutHello.RemoveFirst();
            }
            _withoutHello.AddLast(place.Node);
        }
        if (oldest is null) return place;
        _metrics.LimitHit(nameof(LimitsSettings.SocketsWithoutHello));
        oldest.GiveUp();
        return place;
    }

    /// <summary>Lets no further socket in.</summary>
    public void Close() => _closed = true;

    private Refusal Refuse(string reason, string message)
    {
        _metrics.SocketRefused(reason);
        return new Refusal(ErrorCodes.Unavailable, message) { RetryAfter = 5 };
    }

    /// <summary>A socket's place.</summary>
    internal sealed class SocketPlace : IDisposable
    {
        private readonly SocketAdmission _admission;
        private readonly Places.Place _place;
        private OutboundSocket? _socket;
        private bool _givenUp;

        public SocketPlace(SocketAdmission admission, Places.Place place)
        {
            (_admission, _place) = (admission, place);
            Node = new LinkedListNode<SocketPlace>(this);
        }

        public LinkedListNode<SocketPlace> Node { get; }

        /// <summary>The socket is there; it may have had to make way already.</summary>
        public void Open(OutboundSocket socket)
        {
            bool givenUp;
            lock (_admission._lock) (_socket, givenUp) = (socket, _givenUp);
            if (givenUp) socket.Abort();
        }

        /// <summary>Somebody has said <c>hello</c> on it.</summary>
        public void Greeted()
        {
            lock (_admission._lock)
                if (Node.List is not null) _admission._withoutHello.Remove(Node);
        }

        /// <summary>Resets the connection: a close frame would let it stay for as long as it likes to wait.</summary>
        public void GiveUp()
        {
            OutboundSocket? socket;
            lock (_admission._lock) (socket, _givenUp) = (_socket, true);
            socket?.Abort();
        }

        public void Dispose()
        {
            Greeted();
            _place.Dispose();
        }
    }
}
