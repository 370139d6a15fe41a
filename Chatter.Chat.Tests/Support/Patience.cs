namespace Chatter.Chat.Tests.Support;

/// <summary>How long a test waits for what it was promised. Nothing is waited for by sleeping: these are limits after which a promise counts as broken.</summary>
internal static class Patience
{
    public static readonly TimeSpan Frame = TimeSpan.FromSeconds(10);

    public static readonly TimeSpan Call = TimeSpan.FromSeconds(30);

    public static readonly TimeSpan Bulk = TimeSpan.FromSeconds(60);
}
