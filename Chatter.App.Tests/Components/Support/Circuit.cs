using System.Security.Claims;
using AngleSharp.Dom;
using Bunit;
using Chatter.App.Session;
using Chatter.Chat.Client;
using Chatter.Chat.Protocol;
using Chatter.Chat.Tests.Support;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using MudBlazor;
using MudBlazor.Services;
using Xunit;

namespace Chatter.App.Tests.Components.Support;

/// <summary>
/// A person's page without a browser: the state, session and components of one circuit. It is fed with frames by hand and has a clock that is moved by hand,
/// or it talks to a real server as somebody registered there.
/// </summary>
internal sealed class Circuit : IAsyncDisposable
{
    public const string InDialog = ".mud-dialog";

    private static readonly Uri Nowhere = new("http://127.0.0.1:9");

    private readonly BunitContext _bunit = new();
    private IRenderedComponent<Stage>? _stage;
    private IRenderedComponent<IComponent>? _page;

    private Circuit(TimeProvider time, Func<ChatClient> connect, bool loggedIn)
    {
        _bunit.JSInterop.Mode = JSRuntimeMode.Loose;
        _bunit.Services.AddLogging();
        _bunit.Services.AddMudServices();
        _bunit.Services.AddSingleton(time);
        _bunit.Services.AddSingleton<ChatClientFactory>(_ => connect());
        _bunit.Services.AddSingleton<AuthenticationStateProvider>(new Login(loggedIn));
        _bunit.Services.AddScoped<ChatState>();
        _bunit.Services.AddScoped<ChatSession>();
        _bunit.Services.AddScoped<Chatter.App.Circuits.OwnCircuit>();
        _bunit.Services.AddScoped<Chatter.App.Session.Browser>();
        _bunit.SetRendererInfo(new RendererInfo("Server", isInteractive: true));
    }

    public FakeTimeProvider Clock { get; private init; } = new();

    public ChatState State => _bunit.Services.GetRequiredService<ChatState>();

    public ChatSession Session => _bunit.Services.GetRequiredService<ChatSession>();

    public NavigationManager Navigation => _bunit.Services.GetRequiredService<NavigationManager>();

    /// <summary>Where the page is, within the app.</summary>
    public string Address => Navigation.ToBaseRelativePath(Navigation.Uri);

    /// <summary>What is asked of the browser.</summary>
    public BunitJSInterop Browser => _bunit.JSInterop;

    /// <summary>The title of the page.</summary>
    public string Title => Find("title").TextContent;

    private IRenderedComponent<IComponent> Shown => _page ?? _stage ?? throw new InvalidOperationException("Nothing is rendered yet.");

    /// <summary>A circuit that received these frames; its server is out of reach.</summary>
    public static Circuit Fed(params ServerFrame[] frames)
    {
        var clock = new FakeTimeProvider(Tests.Session.Feed.Morning.AddMinutes(30));
        var circuit = new Circuit(clock, static () => new ChatClient(new ChatClientOptions { Server = Nowhere, Token = static _ => ValueTask.FromResult<string?>("token") }), loggedIn: true) { Clock = clock };
        if (frames.Length > 0) circuit.State.Apply(frames);
        return circuit;
    }

    /// <summary>A circuit of nobody.</summary>
    public static Circuit LoggedOut() => new(TimeProvider.System, static () => throw new InvalidOperationException("Nobody is logged in."), loggedIn: false);

    /// <summary>A circuit of somebody, connected to his server, with all his rooms.</summary>
    public static async Task<Circuit> Of(TestUser user)
    {
        var circuit = Offline(user);
        await circuit.Start();
        await circuit.Until(() => circuit.State.Loaded);
        return circuit;
    }

    /// <summary>A circuit of somebody that isn't connected yet.</summary>
    public static Circuit Offline(TestUser user) =>
        new(TimeProvider.System, () => new ChatClient(new ChatClientOptions { Server = user.Server.Address, Token = _ => ValueTask.FromResult<string?>(user.Token) }), loggedIn: true);

    public Task Start() => Do(() => Session.Start(Do));

    /// <summary>Shows a component in place of what was shown.</summary>
    public void Show<T>(Action<ComponentParameterCollectionBuilder<T>>? parameters = null) where T : IComponent
    {
        if (_stage is null) _stage = _bunit.Render<Stage>(stage => stage.AddChildContent(parameters));
        else _stage.Render(stage => stage.AddChildContent(parameters));
    }

    /// <summary>Shows a layout, which brings itself what a component is given here.</summary>
    public void ShowPage<T>(Action<ComponentParameterCollectionBuilder<T>> parameters) where T : IComponent => _page = (IRenderedComponent<IComponent>)_bunit.Render(parameters);

    /// <summary>Shows a dialog over an empty page.</summary>
    public async Task ShowDialog<T>(DialogParameters<T>? parameters = null) where T : IComponent
    {
        _stage ??= _bunit.Render<Stage>();
        await Do(() => _bunit.Services.GetRequiredService<IDialogService>().ShowAsync<T>("A dialog", parameters ?? []));
        await See(() => Find(InDialog));
    }

    /// <summary>Does something on the circuit's dispatcher, as everything on a circuit is done.</summary>
    public Task Do(Func<Task> action) => _bunit.Renderer.Dispatcher.InvokeAsync(action);

    public Task Do(Action action) => _bunit.Renderer.Dispatcher.InvokeAsync(action);

    public Task<T> Do<T>(Func<T> action) => _bunit.Renderer.Dispatcher.InvokeAsync(action);

    public Task<T> Do<T>(Func<Task<T>> action) => _bunit.Renderer.Dispatcher.InvokeAsync(action);

    /// <summary>Frames arrive.</summary>
    public Task Feed(params ServerFrame[] frames) => Do(() => State.Apply(frames));

    /// <summary>Waits for what isn't seen in the markup.</summary>
    public Task Until(Func<bool> condition) => Eventually.Equal(true, () => Do(condition));

    /// <summary>Waits until the page shows what it should.</summary>
    public Task See(Action assertion) => Shown.WaitForAssertionAsync(assertion, Patience.Frame);

    /// <summary>Waits until the page says something.</summary>
    public Task Says(string text) => See(() => Assert.Contains(text, Text, StringComparison.Ordinal));

    /// <summary>All that the page says.</summary>
    public string Text => Seen.Plain(string.Join(' ', Shown.Nodes.Select(Seen.Said)));

    public IElement Find(string selector) => Shown.Find(selector);

    public IReadOnlyList<IElement> All(string selector) => [.. Shown.FindAll(selector)];

    /// <summary>What all elements of a kind say.</summary>
    public IReadOnlyList<string> Said(string selector) => [.. All(selector).Select(Seen.Said)];

    public T Component<T>() where T : IComponent => Shown.FindComponent<T>().Instance;

    /// <summary>What can be acted on by this name; the test fails where there is none, or several.</summary>
    public IElement Control(string name, string within = "") => Assert.Single(All($"{within} *").Controlled(name));

    public bool Has(string name, string within = "") => All($"{within} *").Controlled(name).Any();

    /// <summary>Clicks as soon as it is there and enabled.</summary>
    public async Task Click(string name, string within = "")
    {
        await See(() => Assert.False(Control(name, within).HasAttribute("disabled"), $"{name} is disabled."));
        await Do(() =>
        {
            var control = Control(name, within);
            // As a browser does it with a button outside of its form.
            if (control.GetAttribute("type") == "submit" && control.GetAttribute("form") is { } form) Find($"form#{form}").Submit();
            else control.Click();
        });
    }

    /// <summary>Types into a field, by its label.</summary>
    public async Task Type(string label, string text)
    {
        await See(() => Control(label));
        await Do(() =>
        {
            var field = Control(label);
            if (field.HasAttribute("blazor:oninput")) field.Input(text);
            else field.Change(text);
        });
    }

    public ValueTask DisposeAsync() => _bunit.DisposeAsync();

    private sealed class Login(bool loggedIn) : AuthenticationStateProvider
    {
        public override Task<AuthenticationState> GetAuthenticationStateAsync()
        {
            var identity = loggedIn ? new ClaimsIdentity([new Claim("sid", Guid.CreateVersion7().ToString())], "test") : new ClaimsIdentity();
            return Task.FromResult(new AuthenticationState(new ClaimsPrincipal(identity)));
        }
    }
}
