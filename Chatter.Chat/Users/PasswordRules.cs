using System.Collections.Frozen;
using System.Text;
using Chatter.Chat.Protocol;
using Chatter.Chat.Settings;
using Microsoft.Extensions.Options;

namespace Chatter.Chat.Users;

/// <summary>
/// What a password must be (docs/protocol.md §2), after NIST SP 800-63B: long enough, not one that guessers try first, and nothing about which
/// characters it is of.
/// </summary>
internal sealed class PasswordRules(IOptions<AccountsSettings> settings)
{
    /// <summary>Most code points.</summary>
    public const int MaxLength = 256;

    /// <summary>Why a password is refused that has no normal form.</summary>
    public const string NoText = "The password has half of a surrogate pair, or a code point that is no character.";

    private static readonly Lazy<FrozenSet<string>> Common = new(ReadCommon);

    /// <summary>Whether a string is too long for a password; it must not even be hashed then.</summary>
    public static bool IsTooLong(string password) => password.Length > 2 * MaxLength || CodePoints(password) > MaxLength;

    /// <summary>
    /// The form that is hashed. Systems differ in how they compose the letters with marks that a person types; NFC makes them the same and changes nothing else.
    /// </summary>
    /// <returns>Null for half of a surrogate pair and for U+FFFE, which no password was ever taken with.</returns>
    public static string? Normalize(string password) =>
        Text.HasLoneSurrogate(password) || password.Contains('\uFFFE', StringComparison.Ordinal) ? null : NormalForm.Normalize(password, NormalizationForm.FormC);

    /// <summary>Why a password may not be chosen, or null.</summary>
    /// <param name="password">The password.</param>
    /// <param name="userName">Whose it is to be.</param>
    /// <param name="host">The name by which this server is called, if there is one.</param>
    public string? Judge(string password, string? userName, string? host)
    {
        if (IsTooLong(password)) return $"The password is too long; at most {MaxLength} characters are allowed.";
        if (!NormalForm.TryNormalize(password, NormalizationForm.FormC, out var normalized)) return NoText;
        if (CodePoints(normalized) < settings.Value.PasswordLength) return $"The password is too short; it needs at least {settings.Value.PasswordLength} characters. A few words in a row are easy to remember.";
        if (!string.IsNullOrEmpty(userName) && normalized.Contains(userName, StringComparison.OrdinalIgnoreCase)) return "The password has your name in it. Choose another.";
        if (normalized.Contains("chatter", StringComparison.OrdinalIgnoreCase)) return "The password has `chatter` in it. Choose another.";
        if (host is { Length: >= 4 } && normalized.Contains(host, StringComparison.OrdinalIgnoreCase)) return $"The password has `{host}` in it, which is this server's name. Choose another.";
        if (Common.Value.Contains(normalized)) return "The password is one of those that are tried first. Choose another.";
        return null;
    }

    private static int CodePoints(string text) => text.EnumerateRunes().Count();

    private static FrozenSet<string> ReadCommon()
    {
        using var resource = typeof(PasswordRules).Assembly.GetManifestResourceStream("common-passwords.txt")
            ?? throw new InvalidOperationException("The list of common passwords is missing from the assembly.");
        using var reader = new StreamReader(resource, Encoding.UTF8);
        return reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).ToFrozenSet(StringComparer.OrdinalIgnoreCase);
    }
}
