namespace Chatter.App.Session;

/// <summary>Who people are of whom the page knows only the name: an event says no more, and their pictures are wanted wherever they are named.</summary>
public sealed partial class ChatSession
{
    private const int MostAskedAtOnce = 100;

    /// <summary>Beyond them it is begun anew: who reads on for days has seen more people than anybody needs to be asked about again.</summary>
    private const int MostAsked = 2_000;

    private readonly HashSet<Guid> _asked = [];
    private readonly HashSet<Guid> _wanted = [];
    private bool _asking;

    /// <summary>Looks somebody up, if he isn't known; soon, with all others that are wanted by then.</summary>
    public void Want(Guid user)
    {
        if (user == state.Me?.Id || !_asked.Add(user)) return;
        if (_asked.Count > MostAsked)
        {
            _asked.Clear();
            _asked.Add(user);
        }
        if (state.Profile(user) is null) Want([user]);
    }

    /// <summary>After a lost connection: what was changed meanwhile wasn't told here.</summary>
    private void WantAgain() => Want(_asked);

    private void Want(IReadOnlyCollection<Guid> users)
    {
        // Beyond that they have initials for a picture, until some have been asked about.
        _wanted.UnionWith(users.Take(MostAsked - _wanted.Count));
        if (!_asking && _wanted.Count > 0) _ = AskWho();
    }

    private async Task AskWho()
    {
        _asking = true;
        try
        {
            // What is rendered in one go is asked in one go.
            await Task.Delay(BetweenRenders, time, _ending.Token);
            while (_wanted.Count > 0)
            {
                Guid[] some = [.. _wanted.Take(MostAskedAtOnce)];
                // Where it can't be told now, it is asked again with the next one, or when the connection is back.
                if (!(await Try(() => Client.People(some, _ending.Token))).Is(out var people, out _)) return;
                _wanted.ExceptWith(some);
                state.Know(people);
            }
        }
        catch (OperationCanceledException) when (_ending.IsCancellationRequested)
        {
            // The circuit is gone.
        }
        finally
        {
            _asking = false;
        }
    }
}
