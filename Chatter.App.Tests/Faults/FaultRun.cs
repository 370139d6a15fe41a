using System.Diagnostics;
using Chatter.App.Tests.Faults.History;
using Chatter.App.Tests.Faults.Injection;
using Chatter.App.Tests.Faults.Workload;
using Xunit;

namespace Chatter.App.Tests.Faults;

/// <summary>
/// One run: the program starts, people talk, something is broken, everything is healed, and the history is judged. What is drawn comes from one seed:
/// <c>CHATTER_FAULT_SEED=…</c> draws the same again (the machine's timing, of course, is another).
/// </summary>
internal sealed class FaultRun : IAsyncDisposable
{
    private static readonly TimeSpan HealsWithin = TimeSpan.FromSeconds(25);
    public static readonly TimeSpan BusyWithin = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan LeavesWithin = TimeSpan.FromSeconds(2);

    /// <summary>Clients that stop reading for a while, a wire that is late, and a test that has other things to do.</summary>
    private static readonly TimeSpan KeptBack = TimeSpan.FromSeconds(2);

    private readonly FaultPlan _plan;
    private readonly DirectoryInfo _folder;
    private readonly Shim? _shim;
    private readonly FaultyProxy? _wire;
    private readonly List<string> _told = [];
    private readonly List<Talker> _talkers = [];

    private FaultRun(FaultTemplate template, FaultPlan plan, int seed)
    {
        (_plan, Seed, Random) = (plan, seed, new Random(seed));
        _folder = template.Copy();
        _shim = plan.HasShim || plan.LosesPower ? new Shim(template.Shim, _folder.FullName, Path.Combine(_folder.FullName, "data")) { Journals = plan.LosesPower } : null;
        Server = new ServerUnderTest(_folder.FullName, [.. plan.Environment, .. _shim?.Environment ?? []]);
        _wire = plan.HasWire ? new FaultyProxy(Server.Address.Port, new Random(Random.Next()), fault => Recorder.Hit(fault.ToString())) : null;
        World = new World(Recorder, template.Persons(), _wire?.Address ?? Server.Address);
    }

    public int Seed { get; }

    /// <summary>For what is injected; the talkers have their own.</summary>
    public Random Random { get; }

    public Recorder Recorder { get; } = new();

    public ServerUnderTest Server { get; }

    public World World { get; }

    public CancellationToken Cancel { get; } = TestContext.Current.CancellationToken;

    public Shim Shim => _shim ?? throw new InvalidOperationException("The plan has no shim.");

    public FaultyProxy Wire => _wire ?? throw new InvalidOperationException("The plan has no wire.");

    /// <summary>A run whose history must keep all laws.</summary>
    /// <returns>What was recorded.</returns>
    public static async Task<RunHistory> Hold(FaultTemplate template, FaultPlan plan, int? seed = null)
    {
        var (history, verdict, told) = await Judge(template, plan, seed);
        Assert.True(verdict.Holds, $"{told}\n{verdict}");
        return history;
    }

    /// <summary>A run and what the laws say of it.</summary>
    public static async Task<(RunHistory History, Verdict Verdict, string Told)> Judge(FaultTemplate template, FaultPlan plan, int? seed = null)
    {
        seed ??= int.TryParse(Environment.GetEnvironmentVariable("CHATTER_FAULT_SEED"), out var given) ? given : Random.Shared.Next();
        await using var run = new FaultRun(template, plan, seed.Value);
        run.Tell($"{plan.Name}, seed {seed}");
        try
        {
            await run.Go();
        }
        catch (Exception e) when (e is not OperationCanceledException || !run.Cancel.IsCancellationRequested)
        {
            throw new InvalidOperationException($"{run.Told()}\n{e.Message}\n{run.WhatCanBeSaid()}\n{run.Server.Output}{run.Server.Errors}", e);
        }
        var verdict = Checker.Check(run.Recorder.History);
        run.Tell($"{run.Figures()}: {(verdict.Holds ? "all laws hold" : "BREACHES")}");
        return (run.Recorder.History, verdict, run.Told() + run.Server.Errors);
    }

    /// <summary>Says something that was drawn or seen, for who has to understand the run.</summary>
    public void Tell(string what)
    {
        _told.Add(what);
        TestContext.Current.TestOutputHelper?.WriteLine(what);
    }

    /// <summary>Waits until so many further sends are acknowledged.</summary>
    public async Task Busy(int acknowledged)
    {
        var since = Recorder.Acknowledged;
        await Until(() => Recorder.Acknowledged >= since + acknowledged, BusyWithin, $"{acknowledged} further sends");
    }

    /// <summary>Records a fault at a moment at which a send is under way, for which it waits: only then is anything at stake. To be called just before it is injected.</summary>
    public Task Hit(string fault, bool isCrash = false) => Until(() => Recorder.HitIfBusy(fault, isCrash), BusyWithin, $"a send under way at a {fault}");

    public async Task Until(Func<bool> condition, TimeSpan limit, string what)
    {
        var since = Stopwatch.GetTimestamp();
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(2));
        while (!condition())
        {
            if (Stopwatch.GetElapsedTime(since) > limit) throw new TimeoutException($"Waited for {what} for {limit.TotalSeconds:0} s, with {Recorder.Acknowledged} acknowledged and {Recorder.UnderWay} under way.");
            await timer.WaitForNextTickAsync(Cancel);
        }
    }

    /// <summary>SIGKILL, recorded as such a fault.</summary>
    public async Task Kill(string fault)
    {
        await Hit(fault, isCrash: true);
        await Server.Kill();
    }

    /// <summary>Lets it be broken for a while.</summary>
    public Task For(TimeSpan time) => Task.Delay(time, Cancel);

    public async ValueTask DisposeAsync()
    {
        foreach (var talker in _talkers) await talker.DisposeAsync();
        World.Dispose();
        _wire?.Dispose();
        await Server.DisposeAsync();
        _shim?.Dispose();
        _folder.Delete(recursive: true);
    }

    private async Task Go()
    {
        await Server.Start();
        await World.CreateRooms(_plan.Rooms, Cancel);
        Recorder.History.Before = Server.Resources();
        Recorder.History.KeptBack = KeptBack;
        for (var i = 0; i < _plan.Talkers; i++)
            _talkers.Add(new Talker(World, World.People[i % World.People.Count], i, new Random(Random.Next())) { Pace = _plan.Pace, IsRestless = _plan.IsRestless });
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        var talking = _talkers.Select(talker => Task.Run(() => talker.Talk(enough.Token), Cancel)).ToArray();
        try
        {
            // Most of what counts as evidence is said before anything breaks, repeats not counted.
            await Busy(_plan.Evidence.Acknowledged * 3 / 2);
            await _plan.Inject(this);
            _shim?.Heal();
            _wire?.IsTroubled = false;
            await Healed(async () =>
            {
                await Busy(20);
                await enough.CancelAsync();
                await Task.WhenAll(talking);
            });
        }
        finally
        {
            await enough.CancelAsync();
            await Task.WhenAll(talking);
        }
        await ReadAll();
        await EverybodyLeaves();
        Recorder.History.Evidence = _plan.Evidence;
    }

    private async Task Healed(Func<Task> stop)
    {
        var since = Stopwatch.GetTimestamp();
        await stop();
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        limit.CancelAfter(HealsWithin);
        await Task.WhenAll(_talkers.Select(talker => talker.Settle(limit.Token)));
        var stored = FinalReading.Stored(Server.Database, World.Rooms);
        await Task.WhenAll(_talkers.Select(talker => talker.CatchUp(Ends(stored, talker), limit.Token, areAll: true)));
        while (!limit.IsCancellationRequested && !await World.IsReady(limit.Token)) await Task.Delay(50, limit.Token);
        Recorder.History.RecoveredAfter = Stopwatch.GetElapsedTime(since);
    }

    private static Dictionary<string, long> Ends(FinalState stored, Talker talker) =>
        stored.Rooms.Where(room => room.Value.MemberIds.Contains(talker.Connection!.User)).ToDictionary(static room => room.Key, static room => room.Value.LastSeq);

    private async Task ReadAll()
    {
        const int ResumeLimit = 10_000;
        foreach (var talker in _talkers) talker.Connection!.LiveAtEnd = true;
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        limit.CancelAfter(HealsWithin);
        var final = FinalReading.Stored(Server.Database, World.Rooms);
        await FinalReading.ByClients(World, final, _talkers[0].Connection!.Epoch!, ResumeLimit, limit.Token);
        Recorder.History.Final = final;
    }

    private async Task EverybodyLeaves()
    {
        foreach (var talker in _talkers) await talker.DisposeAsync();
        _wire?.Dispose();
        World.Dispose();
        // The server notices soon; what it hasn't given back by then, it keeps.
        var since = Stopwatch.GetTimestamp();
        Recorder.History.After = Server.Resources();
        while (!ServerLaws.IsGivenBack(Recorder.History.Before!, Recorder.History.After) && Stopwatch.GetElapsedTime(since) < LeavesWithin)
        {
            await Task.Delay(20, Cancel);
            Recorder.History.After = Server.Resources();
        }
    }

    /// <summary>Of a run that didn't come to its end: what the laws say of what was recorded and is stored, so that it's seen which was broken.</summary>
    private string WhatCanBeSaid()
    {
        try
        {
            Recorder.History.Final = FinalReading.Stored(Server.Database, World.Rooms);
            return $"It didn't come to its end. Of what was recorded:\n{Checker.Check(Recorder.History)}";
        }
        catch (Exception e)
        {
            return $"It didn't come to its end, and can't be judged: {e.Message}";
        }
    }

    private string Told() => string.Join('\n', _told);

    private string Figures()
    {
        var history = Recorder.History;
        return $"{Recorder.Acknowledged} acknowledgements of {history.Final.Nonces.Count} messages, {history.Faults.Count} faults ({history.Faults.Count(static f => f.IsCrash)} crashes), "
            + $"{history.Connections.Count} connections, {history.Connections.Sum(static c => c.Received.Count)} frames received, well after {history.RecoveredAfter.TotalSeconds:0.0} s";
    }
}
