namespace Chatter.Chat.Push;

/// <summary>
/// Push services by how they answered last. Anybody may name one that takes a connection and says nothing, under as many names as they like: those that haven't answered share a part of the
/// pushes under way, and leave the rest to those that do.
/// </summary>
internal sealed class PushHosts(int mostSilent)
{
    /// <summary>Hosts that are remembered: the latest.</summary>
    private const int Most = 1_000;

    private readonly Lock _lock = new();
    private readonly OrderedDictionary<string, bool> _answered = [];
    private int _silent;

    /// <summary>Takes a place for a push to a host, to be given back with what came of it.</summary>
    /// <returns>Null where others that haven't answered have all of them.</returns>
    public Place? Enter(string host)
    {
        lock (_lock)
        {
            if (_answered.ContainsKey(host)) return new Place(this, host, isSilent: false);
            if (_silent >= mostSilent) return null;
            _silent++;
            return new Place(this, host, isSilent: true);
        }
    }

    private void Leave(string host, bool wasSilent, bool answered)
    {
        lock (_lock)
        {
            if (wasSilent) _silent--;
            _answered.Remove(host);
            if (!answered) return;
            if (_answered.Count >= Most) _answered.RemoveAt(0);
            _answered.Add(host, true);
        }
    }

    /// <summary>A push under way.</summary>
    internal sealed class Place(PushHosts hosts, string host, bool isSilent) : IDisposable
    {
        /// <summary>Whether the host said something.</summary>
        public bool Answered { get; set; }

        public void Dispose() => hosts.Leave(host, isSilent, Answered);
    }
}
