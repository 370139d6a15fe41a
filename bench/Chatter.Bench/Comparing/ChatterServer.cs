using System.Globalization;

namespace Chatter.Bench.Comparing;

/// <summary>Chatter as it is shipped, on a copy of data that was prepared.</summary>
internal sealed class ChatterServer : RunningServer
{
    private readonly ServerProcess _process;
    private readonly IReadOnlyList<PreparedRoom> _rooms;

    private ChatterServer(ServerProcess process, IReadOnlyList<PreparedRoom> rooms)
    {
        (_process, _rooms) = (process, rooms);
        Dialect = new ChatterDialect(rooms);
    }

    public override int Port => _process.Port;

    public override Dialect Dialect { get; }

    public override double CpuSeconds => _process.CpuSeconds;

    public override double ResidentMiB => _process.ResidentMiB;

    public static async Task<RunningServer> Start(PreparedData prepared)
    {
        var server = new ChatterServer(new ServerProcess(prepared.Copy()), prepared.Rooms);
        try
        {
            await server._process.Start();
            return server;
        }
        catch
        {
            server.Dispose();
            throw;
        }
    }

    /// <summary>The log of each room has all that was said in it, and no more, behind the <c>joined</c> that it begins with.</summary>
    public override async Task<IReadOnlyList<string>> Verify(IReadOnlyList<long> saidIn)
    {
        var troubles = new List<string>();
        for (var room = 0; room < saidIn.Count; room++)
        {
            if (saidIn[room] == 0) continue;
            var page = await _process.Call(HttpMethod.Get, $"/api/rooms/{_rooms[room].Id}/events?limit=1", null, _rooms[room].Token);
            var kept = page.GetProperty("last").GetInt64() - 1;
            if (kept != saidIn[room]) troubles.Add(string.Create(CultureInfo.InvariantCulture, $"the log of room {room} has {kept} messages of {saidIn[room]}"));
        }
        return troubles;
    }

    public override void Dispose()
    {
        _process.Dispose();
        Directory.Delete(_process.Data, recursive: true);
    }
}
