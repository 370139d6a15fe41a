namespace Chatter.App.Session;

/// <summary>What the reader is told of a room while he doesn't look at it: the newest message that calls him.</summary>
/// <param name="Room">Where it was said.</param>
/// <param name="Seq">Its place there.</param>
/// <param name="At">When, in Unix milliseconds, as scripts count.</param>
/// <param name="Title">Who said it, and where.</param>
/// <param name="Body">Its beginning.</param>
public sealed record Notice(Guid Room, long Seq, long At, string Title, string Body);

/// <summary>What this browser wants to hear of; it alone knows.</summary>
/// <param name="Calls">Mentions and conversations.</param>
/// <param name="All">Every message of rooms that the reader wants to hear all of.</param>
/// <param name="Words">Messages in which one of these words is.</param>
public sealed record NoticeWishes(bool Calls, bool All, IReadOnlyList<string> Words)
{
    /// <summary>Words of one reader: each message is searched for all of them.</summary>
    public const int MostWords = 100;

    public static readonly NoticeWishes None = new(false, false, []);
}
