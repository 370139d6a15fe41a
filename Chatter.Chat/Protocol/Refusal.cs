using System.Diagnostics.CodeAnalysis;

namespace Chatter.Chat.Protocol;

/// <summary>Why something was not done: a value, not an exception, so that a flood of bad requests costs little.</summary>
/// <param name="Code">One of <see cref="ErrorCodes"/>.</param>
/// <param name="Message">A sentence for a person that says what to do.</param>
public sealed record Refusal(string Code, string Message)
{
    /// <summary>After how many seconds it is worth trying again, where that is known.</summary>
    public double? RetryAfter { get; init; }

    /// <summary>For <c>conflict</c>: the room's last <c>seq</c>.</summary>
    public long? Last { get; init; }

    /// <summary>For <c>invalid</c> in a body: what is wrong, by field.</summary>
    public IReadOnlyDictionary<string, string[]>? Errors { get; init; }

    /// <summary>A value out of range or of the wrong type, of one field.</summary>
    public static Refusal InvalidField(string field, string message, string code = ErrorCodes.Invalid) =>
        new(code, message) { Errors = new Dictionary<string, string[]> { [field] = [message] } };
}

/// <summary>A value, or why there is none.</summary>
public readonly struct Outcome<T>
{
    private Outcome(T? value, Refusal? refusal) => (Value, Refusal) = (value, refusal);

    /// <summary>The value; meaningful where <see cref="Refusal"/> is null.</summary>
    public T? Value { get; }

    /// <summary>Why it was refused, or null.</summary>
    public Refusal? Refusal { get; }

    /// <summary>Tells the two apart.</summary>
    public bool Is([NotNullWhen(true)] out T? value, [NotNullWhen(false)] out Refusal? refusal)
    {
        (value, refusal) = (Value, Refusal);
        return refusal is null;
    }

#pragma warning disable CA2225 // The conversions are the constructors.
    /// <summary>A success.</summary>
    public static implicit operator Outcome<T>(T value) => new(value, null);

    /// <summary>A refusal.</summary>
    public static implicit operator Outcome<T>(Refusal refusal) => new(default, refusal);
#pragma warning restore CA2225
}
