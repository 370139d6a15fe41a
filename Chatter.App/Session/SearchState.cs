using Chatter.Chat.Protocol;

namespace Chatter.App.Session;

/// <summary>What the search panel shows. It is kept while the panel is closed, so that who looks at a hit comes back to where he was.</summary>
public sealed class SearchState
{
    /// <summary>Hits that a page shows: whoever needs more searches for less.</summary>
    private const int MostHits = 1_000;

    private readonly List<SearchHit> _hits = [];

    public bool IsOpen { get; private set; }

    /// <summary>Whether only the open room is searched.</summary>
    public bool InRoom { get; set; }

    /// <summary>What is searched for.</summary>
    public string Text { get; private set; } = "";

    public IReadOnlyList<SearchHit> Hits => _hits;

    /// <summary>Where the next page begins, or null where there is none.</summary>
    public string? Next { get; private set; }

    /// <summary>Whether the server's index has everything.</summary>
    public bool Complete { get; private set; } = true;

    /// <summary>Whether the next page is on its way.</summary>
    public bool IsLoadingMore { get; private set; }

    /// <summary>Why nothing is shown, or null.</summary>
    public Refusal? Refusal { get; private set; }

    public SearchPhase Phase { get; private set; }

    public void Open(bool inRoom) => (IsOpen, InRoom) = (true, inRoom);

    public void Close() => IsOpen = false;

    /// <summary>A search begins; with nothing to search for it ends at once.</summary>
    public void Begin(string text)
    {
        (Text, Refusal, Next, IsLoadingMore) = (text, null, null, false);
        Phase = text.Length > 0 ? SearchPhase.Searching : SearchPhase.Idle;
        _hits.Clear();
    }

    public void BeginMore() => IsLoadingMore = true;

    public void Found(SearchPage page)
    {
        _hits.AddRange(page.Hits.Take(MostHits - _hits.Count));
        (Next, Complete, Refusal, IsLoadingMore) = (_hits.Count < MostHits ? page.Next : null, page.Complete, null, false);
        Phase = _hits.Count > 0 ? SearchPhase.Found : SearchPhase.Nothing;
    }

    /// <summary>What was found before stays.</summary>
    public void Failed(Refusal refusal)
    {
        (Refusal, IsLoadingMore) = (refusal, false);
        if (_hits.Count == 0) Phase = SearchPhase.Failed;
    }

    /// <summary>A message was deleted, or a room lost: what was found there isn't shown any more.</summary>
    public void Forget(Predicate<SearchHit> gone)
    {
        if (_hits.RemoveAll(gone) > 0 && _hits.Count == 0) Phase = SearchPhase.Nothing;
    }
}

/// <summary>How far a search is.</summary>
public enum SearchPhase
{
    /// <summary>Nothing is searched for.</summary>
    Idle,

    /// <summary>The first page is on its way.</summary>
    Searching,

    /// <summary>There is something.</summary>
    Found,

    /// <summary>There is nothing.</summary>
    Nothing,

    /// <summary>It isn't known.</summary>
    Failed,
}
