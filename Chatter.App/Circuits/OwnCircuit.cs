namespace Chatter.App.Circuits;

/// <summary>The circuit that a component is in.</summary>
public sealed class OwnCircuit
{
    private Action? _end;

    /// <summary>Says how it is ended. Called by the circuit's handler, once it is there.</summary>
    internal void EndBy(Action end) => _end = end;

    /// <summary>Ends it without a word in the log: its browser doesn't answer. If it is there after all, it finds out at once and loads its page again.</summary>
    /// <returns>False where there is none, as in tests of components.</returns>
    internal bool End()
    {
        _end?.Invoke();
        return _end is not null;
    }
}
