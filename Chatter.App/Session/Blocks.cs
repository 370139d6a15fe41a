using Chatter.App.Languages;
using Chatter.Chat.Protocol;

namespace Chatter.App.Session;

/// <summary>Whom the reader wants to have nothing to do with, and which messages of theirs he wants to see all the same.</summary>
public sealed class Blocks
{
    /// <summary>Messages that the reader chose to see all the same; beyond that many they are hidden again.</summary>
    private const int MostShown = 1_000;

    private readonly HashSet<Guid> _people = [];
    private readonly HashSet<(Guid Room, long Seq)> _shown = [];

    /// <summary>What stands in the place of a message.</summary>
    public static string InPlace => Words.Of("BlockedMessage");

    /// <summary>Rises with each change.</summary>
    public int Version { get; private set; }

    public bool Has(Guid? user) => user is { } id && _people.Contains(id);

    /// <summary>Whether a message is kept from the reader.</summary>
    public bool Hides(RoomEvent message) => Has(message.From?.Id) && !_shown.Contains((message.Room, message.Seq));

    /// <summary>The reader wants to see it, while this page is open.</summary>
    public void Show(Guid room, long seq)
    {
        if (_shown.Count >= MostShown) _shown.Clear();
        _shown.Add((room, seq));
    }

    /// <summary>As a <c>welcome</c> says.</summary>
    public void Replace(IReadOnlyList<Guid>? people)
    {
        _people.Clear();
        _people.UnionWith(people ?? []);
        Version++;
    }

    /// <summary>One was blocked, or isn't any longer. What was shown of his is hidden again with the next block.</summary>
    public void Apply(BlockFrame block)
    {
        if (block.On) _people.Add(block.User.Id);
        else _people.Remove(block.User.Id);
        _shown.Clear();
        Version++;
    }
}
