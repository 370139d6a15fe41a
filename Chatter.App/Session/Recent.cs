using System.Diagnostics.CodeAnalysis;

namespace Chatter.App.Session;

/// <summary>A table of at most so many entries: the one that was added first makes room for the next.</summary>
internal sealed class Recent<TKey, TValue>(int most)
    where TKey : notnull
{
    private readonly OrderedDictionary<TKey, TValue> _entries = [];

    public int Count => _entries.Count;

    public IEnumerable<TValue> Values => _entries.Values;

    public IReadOnlyList<TKey> Keys => [.. _entries.Keys];

    /// <summary>Adds an entry, or gives it another value at its place.</summary>
    public void Set(TKey key, TValue value)
    {
        if (_entries.Count >= most && !_entries.ContainsKey(key)) _entries.RemoveAt(0);
        _entries[key] = value;
    }

    public bool Remove(TKey key) => _entries.Remove(key);

    public bool TryGet(TKey key, [MaybeNullWhen(false)] out TValue value) => _entries.TryGetValue(key, out value);

    public TValue? Find(TKey key) => _entries.TryGetValue(key, out var value) ? value : default;

    public void Clear() => _entries.Clear();
}
