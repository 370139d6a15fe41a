using System.Security.Claims;
using Chatter.App.Circuits;
using Chatter.Chat.Telemetry;
using Chatter.Chat.Tests.Support;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Patterns;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Chatter.App.Tests.Security;

/// <summary>Circuits that lost their browsers: of each user a few wait, and those lost first make way.</summary>
public sealed class KnownCircuitsTests : IDisposable
{
    private const int PerUser = 8;

    private static readonly Guid Ada = Guid.CreateVersion7();
    private static readonly Guid Ben = Guid.CreateVersion7();

    private readonly ServiceProvider _services = new ServiceCollection().AddMetrics().AddSingleton<ChatterMetrics>().BuildServiceProvider();
    private readonly System.Collections.Concurrent.ConcurrentQueue<string> _ended = [];
    private readonly KnownCircuits _circuits;

    public KnownCircuitsTests()
    {
        var goodbye = new RouteEndpoint(
            async http => _ended.Enqueue((await http.Request.ReadFormAsync(TestContext.Current.CancellationToken))["circuitId"].ToString()),
            RoutePatternFactory.Parse("/_blazor/disconnect/"), order: 0, EndpointMetadataCollection.Empty, "Goodbye");
        var ender = new CircuitEnder(new DefaultEndpointDataSource(goodbye), _services, NullLogger<CircuitEnder>.Instance);
        _circuits = new KnownCircuits(Options.Create(new UiSettings { CircuitsPerUser = PerUser }), ender, _services.GetRequiredService<ChatterMetrics>());
    }

    public void Dispose() => _services.Dispose();

    [Fact]
    public async Task Of_the_lost_ones_so_many_wait_and_the_first_is_ended()
    {
        var circuits = Enumerable.Range(0, KnownCircuits.MostLost + 1).Select(i => Start(Ada, $"a{i}")).ToList();
        var bens = Start(Ben, "b0");

        circuits.ForEach(_circuits.Lose);
        _circuits.Lose(bens);

        await Eventually.Equal("a0", () => Task.FromResult(string.Join(' ', _ended)));
        Assert.Equal((KnownCircuits.MostLost, 1), (_circuits.Count(Ada), _circuits.Count(Ben)));
    }

    [Fact]
    public async Task A_new_one_takes_the_place_of_the_one_that_was_lost_first()
    {
        var circuits = Enumerable.Range(0, PerUser).Select(i => Start(Ada, $"a{i}")).ToList();
        _circuits.Lose(circuits[4]);
        _circuits.Lose(circuits[2]);

        Start(Ada, "new");

        await Eventually.Equal("a4", () => Task.FromResult(string.Join(' ', _ended)));
        Assert.Equal(PerUser, _circuits.Count(Ada));
    }

    [Fact]
    public void Those_that_have_a_browser_again_or_are_gone_are_not_ended()
    {
        var circuits = Enumerable.Range(0, KnownCircuits.MostLost).Select(i => Start(Ada, $"a{i}")).ToList();
        circuits.ForEach(_circuits.Lose);
        _circuits.Regain(circuits[0]);
        _circuits.Remove(circuits[1]);

        _circuits.Lose(Start(Ada, "next"));

        Assert.Equal(KnownCircuits.MostLost, _circuits.Count(Ada));
        Assert.Empty(_ended);
    }

    [Fact]
    public void A_user_without_circuits_is_forgotten()
    {
        var circuit = Start(Ada, "a0");
        _circuits.Remove(circuit);
        _circuits.Remove(circuit);
        _circuits.Lose(circuit);

        Assert.Equal(0, _circuits.Count(Ada));
    }

    [Fact]
    public async Task One_whose_browser_gives_no_answer_is_ended_and_its_connection_cut()
    {
        var circuit = Start(Ada, "a0");
        var cut = new TaskCompletionSource();
        _circuits.Connect(Ada, "a0", cut.SetResult);

        _circuits.End(circuit);

        await cut.Task.WaitAsync(Patience.Frame, TestContext.Current.CancellationToken);
        Assert.Equal(["a0"], _ended);
        Assert.Equal(0, _circuits.Count(Ada));
    }

    [Fact]
    public void Calls_have_a_pace_and_a_burst()
    {
        var time = new FakeTimeProvider();
        var pace = new CircuitFilter.CallPace(time);

        Assert.All(Enumerable.Range(0, CircuitFilter.Burst), _ => Assert.Equal(TimeSpan.Zero, pace.Wait()));
        Assert.Equal(TimeSpan.FromSeconds(1.0 / CircuitFilter.PerSecond), pace.Wait());

        time.Advance(TimeSpan.FromSeconds(1));
        Assert.All(Enumerable.Range(0, CircuitFilter.PerSecond - 1), _ => Assert.Equal(TimeSpan.Zero, pace.Wait()));
        Assert.NotEqual(TimeSpan.Zero, pace.Wait());
    }

    private KnownCircuit Start(Guid user, string secret)
    {
        var principal = new ClaimsPrincipal();
        var circuit = _circuits.Begin(user, principal);
        circuit.Secret = secret;
        Assert.Same(circuit, _circuits.Find(principal));
        return circuit;
    }
}
