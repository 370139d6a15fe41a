namespace Chatter.Chat.Tests.Fuzzing;

/// <summary>What can be named: rooms and people that exist, the caller's token and the server's epoch. The parser's tests do with invented ones.</summary>
internal sealed record Vocabulary(string Token, string Epoch, IReadOnlyList<string> Rooms, IReadOnlyList<string> Users)
{
    public static Vocabulary Invented { get; } = new(
        "dG9rZW4", "e1", ["0198c1d4-0000-7000-8000-000000000001", "0198c1d4-0000-7000-8000-000000000002"], ["0198c1d4-0000-7000-8000-0000000000aa"]);
}
