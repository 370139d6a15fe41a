using System.Text.RegularExpressions;

namespace Chatter.App.Session;

/// <summary>An invite as people hand it on: a link of this host, or its last two parts as a code.</summary>
public sealed partial record InviteLink(Guid Room, string Code)
{
    public string Path => $"join/{Room}/{Code}";

    /// <summary>Reads what somebody pasted.</summary>
    /// <returns>Null where it is neither a link nor a code.</returns>
    public static InviteLink? Parse(string? text)
    {
        var match = Pattern().Match(text?.Trim() ?? "");
        return match.Success ? new InviteLink(Guid.Parse(match.Groups["room"].Value), match.Groups["code"].Value) : null;
    }

    [GeneratedRegex("(^|/)(?<room>[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12})/(?<code>[A-Za-z0-9_-]{1,128})/?$", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 100)]
    private static partial Regex Pattern();
}
