using Chatter.App.Session;
using Microsoft.AspNetCore.Components;

namespace Chatter.App.Components;

/// <summary>A component that shows chat state: rendered again after each change of it.</summary>
public abstract class ChatComponent : ComponentBase, IDisposable
{
    [Inject] protected ChatState State { get; set; } = default!;

    [Inject] protected ChatSession Session { get; set; } = default!;

    protected override void OnInitialized() => State.Changed += Changed;

    /// <summary>Called after each change of the state, on the dispatcher.</summary>
    protected virtual void Changed() => StateHasChanged();

    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    protected virtual void Dispose(bool disposing)
    {
        if (disposing) State.Changed -= Changed;
    }
}
