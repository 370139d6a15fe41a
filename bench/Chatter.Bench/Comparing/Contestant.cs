namespace Chatter.Bench.Comparing;

/// <summary>Who takes part: how it is built or installed, once, and how it is started, for each round.</summary>
internal abstract class Contestant(string name) : IDisposable
{
    public string Name => name;

    /// <summary>Builds or installs what it needs.</summary>
    /// <returns>Why it can't take part, or null.</returns>
    public abstract Task<string?> Prepare();

    /// <summary>Starts it, ready for sockets that are so placed.</summary>
    public abstract Task<RunningServer> Start(Layout layout);

    public virtual void Dispose()
    {
    }
}

/// <summary>Chatter, with its limits out of the way and everything else as it is shipped: on SQLite, durable.</summary>
internal sealed class ChatterContestant() : Contestant("chatter")
{
    private readonly Dictionary<(int Rooms, int Each), PreparedData> _prepared = [];

    public override Task<string?> Prepare() => Tool.Run("dotnet", "build", "-c", "Release", "--nologo", "-v", "q", Repository.PathTo("Chatter.App"));

    public override async Task<RunningServer> Start(Layout layout)
    {
        var key = (layout.Rooms, layout.RoomsEach);
        if (!_prepared.TryGetValue(key, out var prepared)) _prepared[key] = prepared = await PreparedData.Create(layout.Rooms, roomsEach: layout.RoomsEach);
        return await ChatterServer.Start(prepared);
    }

    public override void Dispose()
    {
        foreach (var prepared in _prepared.Values) prepared.Dispose();
        base.Dispose();
    }
}

/// <summary>One that keeps everything in memory, and makes a room when somebody comes.</summary>
internal sealed class PeerContestant(string name, Dialect dialect, Func<Task<string?>> prepare, Func<string[]> command) : Contestant(name)
{
    public override Task<string?> Prepare() => prepare();

    public override Task<RunningServer> Start(Layout layout) => command() is [var program, .. var arguments]
        ? PeerServer.Start(dialect, program, arguments)
        : throw new InvalidOperationException("There is nothing to start.");
}
