using Chatter.Chat.Protocol;

namespace Chatter.App.Session;

/// <summary>Searching: the newest search counts, whatever order the answers come in.</summary>
public sealed partial class ChatSession
{
    private CancellationTokenSource? _searching;

    /// <summary>Opens the panel, for the open room or for all.</summary>
    public Task OpenSearch(bool inRoom)
    {
        var isOther = state.Search.InRoom != inRoom;
        state.Search.Open(inRoom);
        state.Touch();
        return isOther ? SearchAgain() : Task.CompletedTask;
    }

    public void CloseSearch()
    {
        state.Search.Close();
        state.Touch();
    }

    /// <summary>Searches for what was typed, unless that is what was searched for.</summary>
    public Task SearchFor(string text) => text.Trim() is var wanted && wanted == state.Search.Text && state.Search.Phase != SearchPhase.Failed ? Task.CompletedTask : Search(wanted);

    /// <summary>The same once more: in the other rooms, or since it failed.</summary>
    public Task SearchAgain() => Search(state.Search.Text);

    /// <summary>The next page of what was found.</summary>
    public async Task SearchMore()
    {
        if (state.Search is not { Next: { } next, IsLoadingMore: false } || _searching is not { } searching) return;
        state.Search.BeginMore();
        state.Touch();
        await Take(searching, next);
    }

    private async Task Search(string text)
    {
        var before = _searching;
        var searching = _searching = CancellationTokenSource.CreateLinkedTokenSource(_ending.Token);
        if (before is not null) await before.CancelAsync();
        before?.Dispose();
        state.Search.Begin(text);
        state.Touch();
        if (text.Length > 0) await Take(searching, null);
    }

    private async Task Take(CancellationTokenSource searching, string? after)
    {
        Outcome<SearchPage> found;
        try
        {
            var (text, room, cancel) = (state.Search.Text, state.Search.InRoom ? _open : null, searching.Token);
            found = await Try(() => Client.Search(text, room, after, cancel: cancel));
        }
        catch (Exception newer) when (newer is OperationCanceledException or ObjectDisposedException)
        {
            return;
        }
        // What comes too late is of no interest: something else is searched for.
        if (searching != _searching) return;
        if (found.Is(out var page, out var refusal)) state.Search.Found(page);
        else state.Search.Failed(refusal);
        state.Touch();
    }
}
