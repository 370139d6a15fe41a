using System.Globalization;
using Chatter.Chat.Protocol;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace Chatter.Chat.Gateway;

/// <summary>Reads a query string's fields with their types; what is wrong is collected by field.</summary>
internal sealed class QueryFields(IQueryCollection query)
{
    private Dictionary<string, string[]>? _errors;

    /// <summary>Why these fields can't be used, or null.</summary>
    public Refusal? Refusal => _errors is null ? null : new Refusal(ErrorCodes.Invalid, _errors.Values.First()[0]) { Errors = _errors };

    public string? Text(string name, int maxLength)
    {
        if (!IsGiven(name, out var values)) return null;
        if (values is [{ } value] && value.Length <= maxLength) return value;
        Fail(name, $"{name} may come once and have at most {maxLength} characters.");
        return null;
    }

    /// <summary>A <c>seq</c>: 0 to 2^53 − 1.</summary>
    public long? Count(string name)
    {
        if (!IsGiven(name, out var values)) return null;
        if (values is [{ } value] && long.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count < Limits.SeqEnd) return count;
        Fail(name, $"{name} must be an integer from 0 to 9007199254740991.");
        return null;
    }

    /// <summary>A time by RFC 3339.</summary>
    public DateTimeOffset? Time(string name)
    {
        if (!IsGiven(name, out var values)) return null;
        // In a query a plus sign is a space: who writes +02:00 means that.
        if (values is [{ } value] && DateTimeOffset.TryParse(value.Replace(' ', '+'), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time)) return time;
        Fail(name, $"{name} must be a time such as 2026-11-23T21:46:10Z.");
        return null;
    }

    public Guid? Id(string name)
    {
        if (!IsGiven(name, out var values)) return null;
        if (values is [{ } value] && Guid.TryParseExact(value, "D", out var id)) return id;
        Fail(name, $"{name} must be an id.");
        return null;
    }

    /// <summary>Ids, separated by commas.</summary>
    public IReadOnlyList<Guid>? Ids(string name, int most)
    {
        if (!IsGiven(name, out var values)) return null;
        var ids = values is [{ } value] ? value.Split(',', most + 1) : [];
        if (ids.Length > 0 && ids.Length <= most && ids.All(static id => Guid.TryParseExact(id, "D", out _))) return [.. ids.Select(Guid.Parse).Distinct()];
        Fail(name, $"{name} must be 1 to {most} ids, separated by commas.");
        return null;
    }

    public int Limit(int otherwise, int most)
    {
        if (!IsGiven("limit", out var values)) return otherwise;
        if (values is [{ } value] && int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var limit) && limit >= 1 && limit <= most) return limit;
        Fail("limit", $"limit must be from 1 to {most}.");
        return otherwise;
    }

    // An empty field is one left out: who fills in a template has those, too.
    private bool IsGiven(string name, out StringValues values) => query.TryGetValue(name, out values) && values is not [null or ""];

    private void Fail(string name, string message) => (_errors ??= []).TryAdd(name, [message]);
}
