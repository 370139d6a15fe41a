using Chatter.App.Session;
using Microsoft.JSInterop;

namespace Chatter.App.Components;

/// <summary>
/// The script part of a component: a module whose <c>attach</c> gives an object with a <c>dispose</c>. Who goes through rooms quickly leaves components that are
/// still waiting for theirs; what comes then is released at once.
/// </summary>
internal sealed class AttachedScript(IJSRuntime js, Browser browser) : IAsyncDisposable
{
    private IJSObjectReference? _module;
    private IJSObjectReference? _attached;
    private bool _gone;

    /// <summary>Loads the module and attaches it. To be called once.</summary>
    /// <param name="module">Its address, relative to the page's base.</param>
    /// <param name="arguments">Those of <c>attach</c>, asked for when they are needed: by then the component may be gone.</param>
    /// <returns>What <c>attach</c> gave, or null where the component is gone.</returns>
    /// <exception cref="OperationCanceledException">The browser didn't answer, and the circuit ends: <see cref="Browser.Needed{T}"/>.</exception>
    public async Task<IJSObjectReference?> Attach(string module, Func<object?[]> arguments)
    {
        try
        {
            _module = await browser.Needed(js.InvokeAsync<IJSObjectReference>("import", module));
            if (!_gone) _attached = await browser.Needed(_module.InvokeAsync<IJSObjectReference>("attach", arguments()));
        }
        catch (Exception none) when (_gone && none is (OperationCanceledException or TimeoutException))
        {
            // Nobody needs it any more.
        }
        if (!_gone) return _attached;
        await Release();
        return null;
    }

    public async ValueTask DisposeAsync()
    {
        _gone = true;
        await Release();
    }

    private async Task Release()
    {
        var (attached, module) = (_attached, _module);
        (_attached, _module) = (null, null);
        try
        {
            if (attached is not null)
            {
                await attached.InvokeVoidAsync("dispose");
                await attached.DisposeAsync();
            }
            if (module is not null) await module.DisposeAsync();
        }
        catch (Exception e) when (e is JSDisconnectedException or OperationCanceledException)
        {
            // The browser is gone, and its scripts with it; or the wire broke just now, and the browser keeps a script without elements.
        }
    }
}
