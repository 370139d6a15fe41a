using System.Runtime.CompilerServices;
using System.Security.Claims;
using Chatter.Chat.Telemetry;
using Microsoft.Extensions.Options;

namespace Chatter.App.Circuits;

/// <summary>
/// The circuits there are, by user: those with a browser at the other end, and those that were lost and wait for theirs. Where a user has too many of them,
/// the one that was lost first makes way: a page whose circuit is gone loads itself again, and has lost nothing.
/// </summary>
internal sealed class KnownCircuits(IOptions<UiSettings> settings, CircuitEnder ender, ChatterMetrics metrics)
{
    /// <summary>Lost circuits of a user that wait for their browsers.</summary>
    public const int MostLost = 5;

    private readonly Lock _lock = new();
    private readonly Dictionary<Guid, LinkedList<KnownCircuit>> _byUser = [];

    /// <summary>By the object that the framework hands from a connection to the circuit that it starts.</summary>
    private readonly ConditionalWeakTable<ClaimsPrincipal, KnownCircuit> _byPrincipal = [];

    /// <summary>How many there are, lost ones included.</summary>
    public int Count(Guid user)
    {
        lock (_lock) return _byUser.TryGetValue(user, out var circuits) ? circuits.Count : 0;
    }

    /// <summary>A circuit is about to start.</summary>
    public KnownCircuit Begin(Guid user, ClaimsPrincipal principal)
    {
        var circuit = new KnownCircuit(user);
        lock (_lock)
        {
            if (!_byUser.TryGetValue(user, out var circuits)) _byUser[user] = circuits = [];
            circuits.AddLast(circuit.Node);
        }
        _byPrincipal.AddOrUpdate(principal, circuit);
        MakeRoom(user);
        return circuit;
    }

    /// <summary>The circuit that a connection with this user started.</summary>
    public KnownCircuit? Find(ClaimsPrincipal principal) => _byPrincipal.TryGetValue(principal, out var circuit) ? circuit : null;

    /// <summary>Its browser is gone.</summary>
    public void Lose(KnownCircuit circuit)
    {
        lock (_lock)
        {
            if (circuit.Node.List is not { } circuits) return;
            circuit.IsLost = true;
            // Behind the others: what comes first was lost first.
            circuits.Remove(circuit.Node);
            circuits.AddLast(circuit.Node);
        }
        MakeRoom(circuit.User);
    }

    /// <summary>Its browser is back.</summary>
    public void Regain(KnownCircuit circuit)
    {
        lock (_lock) circuit.IsLost = false;
    }

    /// <summary>It is no more, or never was.</summary>
    public void Remove(KnownCircuit circuit)
    {
        lock (_lock)
        {
            if (circuit.Node.List is not { } circuits) return;
            circuits.Remove(circuit.Node);
            if (circuits.Count == 0) _byUser.Remove(circuit.User);
        }
    }

    /// <summary>A connection has taken over a circuit that was lost, or it started it.</summary>
    public void Connect(Guid user, string secret, Action abort)
    {
        lock (_lock)
        {
            if (_byUser.TryGetValue(user, out var circuits) && circuits.FirstOrDefault(circuit => circuit.Secret == secret) is { } circuit) circuit.Abort = abort;
        }
    }

    /// <summary>Ends a circuit, and cuts its connection: a browser that is at the other end finds out by that.</summary>
    public void End(KnownCircuit circuit)
    {
        Action? abort;
        string? secret;
        lock (_lock) (secret, abort) = (circuit.Secret, circuit.Abort);
        if (secret is null) return;
        Remove(circuit);
        _ = End(secret, abort);
    }

    /// <summary>Not on the circuit's own dispatcher, which it waits for.</summary>
    private async Task End(string secret, Action? abort)
    {
        await Task.Run(() => ender.End(secret));
        abort?.Invoke();
    }

    private void MakeRoom(Guid user)
    {
        List<string> over = [];
        lock (_lock)
        {
            if (!_byUser.TryGetValue(user, out var circuits)) return;
            var lost = circuits.Where(static circuit => circuit is { IsLost: true, Secret: not null }).ToList();
            var most = Math.Min(MostLost, lost.Count + settings.Value.CircuitsPerUser - circuits.Count);
            foreach (var circuit in lost.Take(lost.Count - Math.Max(0, most)))
            {
                circuits.Remove(circuit.Node);
                over.Add(circuit.Secret!);
            }
            if (circuits.Count == 0) _byUser.Remove(user);
        }
        foreach (var secret in over)
        {
            metrics.LimitHit(nameof(UiSettings.CircuitsPerUser));
            _ = End(secret, abort: null);
        }
    }
}

/// <summary>A circuit, as it is counted.</summary>
internal sealed class KnownCircuit
{
    public KnownCircuit(Guid user) => (User, Node) = (user, new LinkedListNode<KnownCircuit>(this));

    public Guid User { get; }

    public LinkedListNode<KnownCircuit> Node { get; }

    /// <summary>What its browser names it by; null while it starts.</summary>
    public string? Secret { get; set; }

    /// <summary>Cuts the connection that it has now.</summary>
    public Action? Abort { get; set; }

    /// <summary>Whether no browser is at its other end.</summary>
    public bool IsLost { get; set; }
}
