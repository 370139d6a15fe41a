using Microsoft.AspNetCore.Components.Server.Circuits;

namespace Chatter.App.Session;

/// <summary>Tells the session whether a browser is at the other end of its circuit.</summary>
internal sealed class ChatCircuitHandler(ChatSession session) : CircuitHandler
{
    public override Task OnConnectionDownAsync(Circuit circuit, CancellationToken cancellationToken)
    {
        session.BrowserLost();
        return Task.CompletedTask;
    }

    public override Task OnConnectionUpAsync(Circuit circuit, CancellationToken cancellationToken)
    {
        session.BrowserBack();
        return Task.CompletedTask;
    }
}
