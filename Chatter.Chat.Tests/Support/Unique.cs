namespace Chatter.Chat.Tests.Support;

/// <summary>Names that no other test uses.</summary>
internal static class Unique
{
    private static int _count;

    public static string Name(string prefix = "u") => $"{prefix}{Interlocked.Increment(ref _count)}-{Guid.NewGuid():N}"[..(prefix.Length + 18)];

    public static string Room() => "Room " + Guid.NewGuid().ToString("N")[..12];

    public static string Nonce() => Guid.CreateVersion7().ToString();
}
