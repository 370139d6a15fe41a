namespace Chatter.App.Tests.Browser.Support;

/// <summary>How long a story waits for what it was promised.</summary>
internal static class Patience
{
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);
}
