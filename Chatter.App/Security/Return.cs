using Microsoft.AspNetCore.WebUtilities;

namespace Chatter.App.Security;

/// <summary>Where somebody goes on after logging in: only within this host, or a link to the login page could lead anywhere.</summary>
internal static class Return
{
    /// <summary>The path to go to.</summary>
    public static string Path(string? returnUrl) =>
        returnUrl is ['/', ..] and not ['/', '/' or '\\', ..] && !returnUrl.Any(char.IsControl) && Uri.IsWellFormedUriString(returnUrl, UriKind.Relative) ? returnUrl : "/";

    /// <summary>A page that hands the path on.</summary>
    public static string To(string page, string? returnUrl) => Path(returnUrl) is "/" ? page : QueryHelpers.AddQueryString(page, "returnUrl", Path(returnUrl));
}
