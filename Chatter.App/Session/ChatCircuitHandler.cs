using Chatter.App.Circuits;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.AspNetCore.Components.Server.Circuits;

namespace Chatter.App.Session;

/// <summary>Tells the session, and those who count circuits, whether a browser is at the other end of this one.</summary>
internal sealed class ChatCircuitHandler(ChatSession session, AuthenticationStateProvider login, KnownCircuits circuits, OwnCircuit own) : CircuitHandler
{
    private KnownCircuit? _known;

    public override async Task OnCircuitOpenedAsync(Circuit circuit, CancellationToken cancellationToken)
    {
        // Before anybody comes back: then the user is another object.
        _known = circuits.Find((await login.GetAuthenticationStateAsync()).User);
        if (_known is { } known) own.EndBy(() => circuits.End(known));
    }

    public override Task OnConnectionDownAsync(Circuit circuit, CancellationToken cancellationToken)
    {
        session.BrowserLost();
        if (_known is not null) circuits.Lose(_known);
        return Task.CompletedTask;
    }

    public override Task OnConnectionUpAsync(Circuit circuit, CancellationToken cancellationToken)
    {
        session.BrowserBack();
        if (_known is not null) circuits.Regain(_known);
        return Task.CompletedTask;
    }

    public override Task OnCircuitClosedAsync(Circuit circuit, CancellationToken cancellationToken)
    {
        if (_known is not null) circuits.Remove(_known);
        return Task.CompletedTask;
    }
}
