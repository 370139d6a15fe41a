namespace Chatter.App.Startup;

/// <summary>The oldest .NET runtime without known security faults that concern a server.</summary>
internal static class RuntimeFloor
{
    /// <summary>To be raised with each release of .NET that mends such faults.</summary>
    public static readonly Version Oldest = new(10, 0, 12);

    /// <returns>What to say of a runtime, or null where there is nothing to say.</returns>
    public static string? Judge(Version running) =>
        running >= Oldest ? null : $".NET {running} has known security faults. Update its runtime to {Oldest} or newer, then start again.";
}
