using Chatter.App.Circuits;
using Microsoft.JSInterop;

namespace Chatter.App.Session;

/// <summary>What the page asks of the reader's browser: wwwroot/js/browser.js.</summary>
public sealed class Browser : IAsyncDisposable
{
    private readonly OwnCircuit _circuit;
    private readonly Lazy<Task<IJSObjectReference>> _module;

    public Browser(IJSRuntime js, OwnCircuit circuit)
    {
        _circuit = circuit;
        _module = new Lazy<Task<IJSObjectReference>>(() => Needed(js.InvokeAsync<IJSObjectReference>("import", "./js/browser.js")));
    }

    /// <summary>How long the browser has for an answer. It may have to fetch a script for it, over a bad line.</summary>
    public static readonly TimeSpan AnswersWithin = TimeSpan.FromSeconds(20);

    /// <summary>
    /// A call without whose answer the page is none. What is called while the wire breaks gets lost, and after <see cref="AnswersWithin"/> counts as cancelled,
    /// which components pass over in silence. So the circuit is ended: nearly always nobody is there any more, and a page that is loads itself again.
    /// </summary>
    /// <exception cref="OperationCanceledException">There was no answer, and the circuit ends.</exception>
    /// <exception cref="TimeoutException">There was no answer, and there is no circuit to be ended.</exception>
    public async Task<T> Needed<T>(ValueTask<T> call)
    {
        try
        {
            return await call;
        }
        catch (OperationCanceledException)
        {
            if (_circuit.End()) throw;
            throw new TimeoutException($"The browser gave no answer within {AnswersWithin.TotalSeconds} s; its page loads itself anew.");
        }
    }

    /// <inheritdoc cref="Needed{T}"/>
    public async Task Needed(ValueTask call) => await Needed(Answered(call));

    private static async ValueTask<bool> Answered(ValueTask call)
    {
        await call;
        return true;
    }

    /// <summary>The IANA name of its time zone.</summary>
    public async Task<string?> Zone() => await Needed((await _module.Value).InvokeAsync<string?>("zone"));

    /// <summary>Whether one points at it with a finger.</summary>
    public async Task<bool> HasTouch() => await (await _module.Value).InvokeAsync<bool>("hasTouch");

    /// <summary>The theme chosen: light, dark, or empty for the system's.</summary>
    public async Task<string> Theme() => await (await _module.Value).InvokeAsync<string?>("look", "theme") ?? "";

    /// <summary>How close the rows of the log stand: compact, or empty for the usual.</summary>
    public async Task<string> Density() => await (await _module.Value).InvokeAsync<string?>("look", "density") ?? "";

    public async Task SetDensity(string density) => await (await _module.Value).InvokeVoidAsync("setLook", "density", density);

    /// <summary>Another theme was chosen on this page.</summary>
    public event Action<string>? ThemeChanged;

    public async Task SetTheme(string theme)
    {
        await (await _module.Value).InvokeVoidAsync("setLook", "theme", theme);
        ThemeChanged?.Invoke(theme);
    }

    /// <summary>The language chosen, by its code, or empty for the system's.</summary>
    public async Task<string> Language() => await (await _module.Value).InvokeAsync<string?>("language") ?? "";

    /// <summary>Chooses another language, in which the page is loaded anew.</summary>
    public async Task SetLanguage(string language) => await (await _module.Value).InvokeVoidAsync("setLanguage", language);

    /// <summary>The room that the reader was in last.</summary>
    public async Task<Guid?> LastRoom() => Guid.TryParse(await (await _module.Value).InvokeAsync<string?>("lastRoom"), out var room) ? room : null;

    public async Task RememberRoom(Guid room) => await (await _module.Value).InvokeVoidAsync("rememberRoom", room.ToString());

    /// <summary>Puts a text into the clipboard.</summary>
    /// <returns>False where the browser doesn't allow it.</returns>
    public async Task<bool> Copy(string text) => await (await _module.Value).InvokeAsync<bool>("copy", text);

    /// <summary>Scrolls to the part of the page that its address names behind the #, if there is one.</summary>
    public async Task GoToPart() => await (await _module.Value).InvokeVoidAsync("goToPart");

    /// <summary>How many messages it holds that weren't sent.</summary>
    public async Task<int> Unsent() => await (await _module.Value).InvokeAsync<int>("unsent");

    /// <summary>Forgets all that it keeps of its reader.</summary>
    public async Task Forget() => await (await _module.Value).InvokeVoidAsync("clear");

    /// <summary>Forgets all that it keeps of its reader, and posts the form that logs out.</summary>
    public async Task LogOut(string formId) => await (await _module.Value).InvokeVoidAsync("logOut", formId);

    public async ValueTask DisposeAsync()
    {
        if (!_module.IsValueCreated) return;
        try
        {
            await (await _module.Value).DisposeAsync();
        }
        catch (Exception e) when (e is JSDisconnectedException or OperationCanceledException or TimeoutException)
        {
            // The browser is gone, and its modules with it.
        }
    }
}
