using System.Collections.Concurrent;
using System.Text.Json;

namespace Chatter.Bench;

/// <summary>A room under test: what all its sockets must agree on.</summary>
internal sealed class Room(string id, string token)
{
    private readonly ConcurrentDictionary<long, string> _log = new();
    private readonly ConcurrentDictionary<string, long> _acked = new();
    private readonly ConcurrentQueue<string> _violations = new();

    public string Id => id;

    public string Token => token;

    public int Acked => _acked.Count;

    public IEnumerable<string> Violations => _violations;

    public void Violation(string what) => _violations.Enqueue(what);

    /// <summary>S4: everybody sees the same event under the same seq.</summary>
    public void Seen(long seq, string nonce)
    {
        if (_log.GetOrAdd(seq, nonce) is var first && first != nonce) Violation($"seq {seq} is {first} for one and {nonce} for another");
    }

    public void Ack(string nonce, long seq)
    {
        if (_acked.GetOrAdd(nonce, seq) is var first && first != seq) Violation($"{nonce} was acknowledged as {first} and as {seq}");
    }

    /// <summary>S1, S3, S7: the history, read anew, has each acknowledged message exactly once at its seq, and no gap.</summary>
    /// <returns>The last seq.</returns>
    public async Task<long> CheckHistory(ServerProcess server)
    {
        var nonces = new Dictionary<string, long>();
        for (var seq = 0L; ;)
        {
            var page = await server.Call(HttpMethod.Get, $"/api/rooms/{id}/events?after={seq}&limit=200", null, token);
            foreach (var item in page.GetProperty("events").EnumerateArray())
            {
                if (item.GetProperty("seq").GetInt64() != ++seq) Violation($"the history has a gap before {item.GetProperty("seq")}");
                if (!item.TryGetProperty("nonce", out var nonce)) continue;
                if (!nonces.TryAdd(nonce.GetString()!, seq)) Violation($"{nonce} is in the history twice");
                if (_log.TryGetValue(seq, out var seen) && seen != nonce.GetString()) Violation($"seq {seq} is {nonce} in the history, but {seen} was delivered");
            }
            if (page.GetProperty("more").ValueKind == JsonValueKind.True) continue;
            foreach (var (nonce, at) in _acked)
                if (!nonces.TryGetValue(nonce, out var found)) Violation($"{nonce} was acknowledged as {at} and is lost");
                else if (found != at) Violation($"{nonce} was acknowledged as {at} and is {found}");
            return seq;
        }
    }
}
