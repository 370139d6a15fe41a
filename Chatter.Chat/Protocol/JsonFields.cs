using System.Text.Json;

namespace Chatter.Chat.Protocol;

/// <summary>
/// Reads the fields of one object with their types. What is wrong is collected by field, and the first that was wrong makes the message; the methods
/// return the default then, so a caller reads all fields, asks for <see cref="Refusal"/> once, and uses the values only where there is none.
/// <c>null</c> counts as absent; unknown fields are ignored.
/// </summary>
internal sealed class JsonFields(JsonElement element, JsonDocument? owned = null) : IDisposable
{
    private Dictionary<string, string[]>? _errors;
    private string? _first;

    /// <summary>No fields at all, as of a body that may be left out.</summary>
    public static JsonFields None => new(default);

    /// <summary>The object itself; undefined for <see cref="None"/>.</summary>
    public JsonElement Element { get; } = element;

    /// <summary>Why these fields can't be used, or null.</summary>
    public Refusal? Refusal => _first is null ? null : new Refusal(ErrorCodes.Invalid, _first) { Errors = _errors };

    /// <summary>Notes that a field is wrong. A field's first error stays.</summary>
    public void Fail(string name, string message)
    {
        _first ??= message;
        (_errors ??= []).TryAdd(name, [message]);
    }

    /// <summary>The field where it is there and isn't null.</summary>
    public JsonElement? Optional(string name) =>
        Element.ValueKind == JsonValueKind.Object && Element.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null ? value : null;

    public string? OptionalString(string name)
    {
        if (Optional(name) is not { } value) return null;
        if (value.ValueKind == JsonValueKind.String) return value.GetString();
        Fail(name, $"`{name}` must be a string.");
        return null;
    }

    public string RequiredString(string name)
    {
        if (Optional(name) is null) Missing(name);
        return OptionalString(name) ?? "";
    }

    public Guid? OptionalGuid(string name)
    {
        if (Optional(name) is not { } value) return null;
        if (value.ValueKind == JsonValueKind.String && value.TryGetGuid(out var id)) return id;
        Fail(name, $"`{name}` must be a UUID with hyphens.");
        return null;
    }

    /// <summary>A list of different ids, at most so many; null where it is absent or empty.</summary>
    public IReadOnlyList<Guid>? OptionalGuids(string name, int most)
    {
        if (Optional(name) is not { } value) return null;
        var ids = new List<Guid>();
        if (value.ValueKind == JsonValueKind.Array && value.GetArrayLength() <= most)
        {
            foreach (var item in value.EnumerateArray())
                if (item.ValueKind == JsonValueKind.String && item.TryGetGuid(out var id) && !ids.Contains(id)) ids.Add(id);
            if (ids.Count == value.GetArrayLength()) return ids.Count > 0 ? ids : null;
        }
        Fail(name, $"`{name}` must be a list of at most {most} different UUIDs with hyphens.");
        return null;
    }

    public Guid RequiredGuid(string name)
    {
        if (Optional(name) is null) Missing(name);
        return OptionalGuid(name) ?? Guid.Empty;
    }

    /// <summary>A list of ids, no longer than that.</summary>
    public IReadOnlyList<Guid> RequiredGuids(string name, int most)
    {
        var ids = new List<Guid>();
        if (Optional(name) is not { } value)
        {
            Missing(name);
            return ids;
        }
        if (value.ValueKind != JsonValueKind.Array || value.GetArrayLength() > most)
        {
            Fail(name, $"`{name}` must be a list of at most {most} UUIDs.");
            return ids;
        }
        foreach (var item in value.EnumerateArray())
        {
            if (item.ValueKind == JsonValueKind.String && item.TryGetGuid(out var id)) ids.Add(id);
            else Fail(name, $"In `{name}`, each must be a UUID with hyphens.");
        }
        return ids;
    }

    /// <summary>A <c>seq</c> or count: 0 to 2^53 − 1.</summary>
    public long? OptionalInt64(string name)
    {
        if (Optional(name) is not { } value) return null;
        if (IsCount(value, out var number)) return number;
        Fail(name, $"`{name}` must be an integer from 0 to 9007199254740991.");
        return null;
    }

    /// <summary>A <c>seq</c> or count: 0 to 2^53 − 1.</summary>
    public long RequiredInt64(string name)
    {
        if (Optional(name) is null) Missing(name);
        return OptionalInt64(name) ?? 0;
    }

    /// <summary>A time by RFC 3339.</summary>
    public DateTimeOffset? OptionalTime(string name)
    {
        if (Optional(name) is not { } value) return null;
        if (value.ValueKind == JsonValueKind.String && value.TryGetDateTimeOffset(out var time)) return time;
        Fail(name, $"`{name}` must be a time such as 2026-11-23T21:46:10.408Z.");
        return null;
    }

    public bool? OptionalBool(string name)
    {
        if (Optional(name) is not { } value) return null;
        if (value.ValueKind is JsonValueKind.True or JsonValueKind.False) return value.GetBoolean();
        Fail(name, $"`{name}` must be true or false.");
        return null;
    }

    public bool RequiredBool(string name)
    {
        if (Optional(name) is null) Missing(name);
        return OptionalBool(name) ?? false;
    }

    public JsonElement? OptionalObject(string name)
    {
        if (Optional(name) is not { } value) return null;
        if (value.ValueKind == JsonValueKind.Object) return value;
        Fail(name, $"`{name}` must be an object.");
        return null;
    }

    /// <summary>Whether a value is a <c>seq</c> or count.</summary>
    public static bool IsCount(JsonElement value, out long count)
    {
        count = 0;
        return value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out count) && count is >= 0 and < Limits.SeqEnd;
    }

    public void Dispose() => owned?.Dispose();

    private void Missing(string name) => Fail(name, $"`{name}` is missing.");
}
