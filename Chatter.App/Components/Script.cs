using Microsoft.JSInterop;

namespace Chatter.App.Components;

/// <summary>The script parts of components.</summary>
internal static class Script
{
    /// <summary>Ends what a component's <c>attach</c> gave, by its <c>dispose</c>, and lets the module go.</summary>
    public static async Task Release(IJSObjectReference? attached, IJSObjectReference? module)
    {
        try
        {
            if (attached is not null)
            {
                await attached.InvokeVoidAsync("dispose");
                await attached.DisposeAsync();
            }
            if (module is not null) await module.DisposeAsync();
        }
        catch (JSDisconnectedException)
        {
            // The browser is gone, and its scripts with it.
        }
    }
}
