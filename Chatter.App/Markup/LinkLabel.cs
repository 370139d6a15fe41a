using System.Text.RegularExpressions;
using Chatter.Chat.Protocol;

namespace Chatter.App.Markup;

/// <summary>
/// What the label of a link says of where it leads. A label is free text, but one that looks like a host or an address has to be that of its target: what only
/// looks so by invisible characters, by letters of another script or by other kinds of slashes, dots and colons included.
/// </summary>
internal static partial class LinkLabel
{
    /// <summary>Most UTF-16 code units of a label. Longer ones are text: nobody needs them, and looking for hosts in them costs more than their length.</summary>
    public const int MaxLength = 500;

    /// <summary>Endings of files that aren't top-level domains: <c>[report.pdf](…)</c> claims no host.</summary>
    private static readonly HashSet<string> FileEndings = new(StringComparer.OrdinalIgnoreCase)
    {
        "avi", "bak", "bat", "bmp", "cer", "conf", "config", "cpp", "cs", "csproj", "css", "csv", "db", "deb", "dll", "doc", "docx", "dotx", "eml", "epub", "exe", "flac", "gif", "gz", "heic",
        "hpp", "htm", "html", "ico", "ics", "ini", "ipynb", "iso", "jar", "java", "jpeg", "jpg", "js", "json", "jsx", "log", "mjs", "mkv", "mp3", "mp4", "msi", "odp", "ods", "odt", "ogg", "otf",
        "pdf", "pem", "png", "pptx", "psd", "razor", "rb", "resx", "rtf", "scss", "sln", "sql", "sqlite", "svg", "swift", "tar", "tex", "tgz", "tif", "tiff", "toml", "tsv", "tsx", "ttf", "txt",
        "vcf", "vue", "wasm", "wav", "webm", "webp", "woff", "xls", "xlsx", "xml", "yaml", "yml",
    };

    /// <summary>Whether a label claims to lead elsewhere than it does.</summary>
    /// <param name="label">The label, as typed.</param>
    /// <param name="address">The target, as <see cref="MessageAddress"/> made it.</param>
    public static bool Misleads(ReadOnlySpan<char> label, string address)
    {
        var typed = label.ToString();
        if (typed.Contains("://", StringComparison.Ordinal)) return !(MessageAddress.TryCreate(label.Trim(), out var claimed) && claimed == address);
        // What turns the direction can show an address back to front.
        if (typed.AsSpan().ContainsAny(Directions)) return true;

        // Marks of emphasis and code aren't seen, so they don't part what they stand in.
        var plain = typed.Replace('\u3002', '.').Replace('\uFF61', '.').Replace("*", "", StringComparison.Ordinal).Replace("~~", "", StringComparison.Ordinal).Replace("`", "", StringComparison.Ordinal);
        var seen = NameSkeleton.Of(plain);
        var target = new Uri(address);
        var claims = Claims(seen);
        if (claims.Count == 0) return Scheme().IsMatch(seen);
        // In the skeleton a letter of another script has become the one that it looks like, so a host that has such letters is compared as it was typed.
        return !claims.TrueForAll(claim => IsOf(claim, target)) && !(Claims(plain) is var asTyped && asTyped.Count == claims.Count && asTyped.TrueForAll(claim => IsOf(claim, target)));
    }

    private static readonly System.Buffers.SearchValues<char> Directions =
        System.Buffers.SearchValues.Create("\u061C\u200E\u200F\u202A\u202B\u202C\u202D\u202E\u2066\u2067\u2068\u2069");

    /// <summary>What in a text looks like a host, or like an address of mail.</summary>
    private static List<Match> Claims(string text) =>
        [.. Host().Matches(text).Where(static found => found.Groups["user"].Success || found.Groups["number"].Success || !FileEndings.Contains(found.Groups["top"].Value))];

    private static bool IsOf(Match claim, Uri target)
    {
        var host = claim.Groups["host"].Value;
        if (!IsHost(host, target.Host) && !IsHost(host, target.IdnHost)) return false;
        if (!claim.Groups["user"].Success) return true;
        return target.Scheme == Uri.UriSchemeMailto && claim.Groups["user"].Value.Equals(Uri.UnescapeDataString(target.UserInfo), StringComparison.OrdinalIgnoreCase);
    }

    private static bool IsHost(string claimed, string host) => WithoutWww(Normal(claimed)) == WithoutWww(Normal(host));

    private static string Normal(string host) => NormalForm.Normalize(host.ToLowerInvariant(), System.Text.NormalizationForm.FormD);

    private static string WithoutWww(string host) => host.StartsWith("www.", StringComparison.Ordinal) ? host[4..] : host;

    [GeneratedRegex(
        @"(?:(?<user>[^\s@/:(),;<>""]+)@)?(?<host>(?<number>\d{1,3}(?:\.\d{1,3}){3})|(?:[\p{L}\p{N}][\p{L}\p{N}\p{M}_-]*\.)+(?<top>xn--[a-z0-9-]+|\p{L}[\p{L}\p{M}]+))",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex Host();

    [GeneratedRegex(@"\b(https?|mailto|ftp)\s*:|//", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Scheme();
}
