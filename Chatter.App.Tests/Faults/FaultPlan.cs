using Chatter.App.Tests.Faults.History;

namespace Chatter.App.Tests.Faults;

/// <summary>What is to be broken in a run, and how much has to have happened for it to count.</summary>
internal sealed record FaultPlan(string Name, Func<FaultRun, Task> Inject)
{
    /// <summary>Devices that talk, shared among the people.</summary>
    public int Talkers { get; init; } = 6;

    public int Rooms { get; init; } = 3;

    /// <summary>The pause between two deeds of a talker, at most.</summary>
    public TimeSpan Pace { get; init; } = TimeSpan.FromMilliseconds(15);

    /// <summary>Whether the talkers come and go, die, lie and stop reading by themselves.</summary>
    public bool IsRestless { get; init; } = true;

    /// <summary>Whether the shim is loaded; it journals writes where power is lost.</summary>
    public bool HasShim { get; init; }

    public bool LosesPower { get; init; }

    /// <summary>Whether the clients reach the server through the proxy.</summary>
    public bool HasWire { get; init; }

    /// <summary>What the server is started with.</summary>
    public (string, string)[] Environment { get; init; } = [];

    public Evidence Evidence { get; init; } = new(100, 5, 0, []);

    public FaultPlan Needs(int resumesAfterCrash, params string[] faults) => this with { Evidence = Evidence with { ResumesAfterCrash = resumesAfterCrash, Faults = faults } };
}
