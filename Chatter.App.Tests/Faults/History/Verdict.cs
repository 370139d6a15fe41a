namespace Chatter.App.Tests.Faults.History;

/// <summary>What the laws (docs/reliability.md) say of a history.</summary>
internal sealed class Verdict
{
    private const int Told = 5;

    private readonly Dictionary<string, List<string>> _breaches = [];

    /// <summary>The laws that were broken. <c>E1</c> says that there was too little to judge.</summary>
    public IReadOnlyCollection<string> Broken => _breaches.Keys;

    public bool Holds => _breaches.Count == 0;

    public void Breach(string law, string what)
    {
        if (!_breaches.TryGetValue(law, out var told)) _breaches.Add(law, told = []);
        told.Add(what);
    }

    public void Require(bool condition, string law, Func<string> what)
    {
        if (!condition) Breach(law, what());
    }

    public override string ToString() =>
        Holds ? "all laws hold" : string.Join('\n', _breaches.SelectMany(static law => law.Value.Take(Told).Select(what => $"{law.Key}: {what}").Append($"{law.Key}: {law.Value.Count} in all")));
}
