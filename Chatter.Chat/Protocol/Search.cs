namespace Chatter.Chat.Protocol;

/// <summary>A page of what a search found, the newest first (docs/protocol.md §3.1).</summary>
/// <param name="Hits">The messages found.</param>
/// <param name="Complete">False while the index is being built: what isn't found may be there all the same.</param>
/// <param name="Next">Goes into <c>after</c> for the next page; null on the last.</param>
public sealed record SearchPage(IReadOnlyList<SearchHit> Hits, bool Complete, string? Next = null);

/// <summary>A message that a search found.</summary>
/// <param name="Room">The room that it is in.</param>
/// <param name="Event">The message, as pages show it.</param>
/// <param name="Snippet">The part of its text that was found. Put together the parts are a piece of the text, with … where it was cut.</param>
public sealed record SearchHit(Guid Room, RoomEvent Event, IReadOnlyList<SnippetPart> Snippet);

/// <summary>A piece of a snippet.</summary>
/// <param name="Text">Plain text.</param>
/// <param name="Hit">Whether it is what was searched for.</param>
public sealed record SnippetPart(string Text, bool Hit);
