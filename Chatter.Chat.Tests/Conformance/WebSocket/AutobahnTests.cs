using Xunit;

namespace Chatter.Chat.Tests.Conformance.WebSocket;

/// <summary>
/// The Autobahn test-suite's cases on <c>/ws</c>, each on a socket where nothing else happens, and on one to which events are being written: what answers
/// the client and what delivers events are different parts of the server, and neither may come into the other's frames.
/// </summary>
public abstract class AutobahnTests(Stage stage)
{
    public static TheoryData<string> Cases => [.. AutobahnCase.All.Select(static one => one.Id)];

    [Theory]
    [MemberData(nameof(Cases))]
    public Task On_a_quiet_socket(string id) => AutobahnRun.Quiet(stage, Case(id));

    [Theory]
    [MemberData(nameof(Cases))]
    public Task While_events_are_written(string id) => AutobahnRun.Listening(stage, Case(id));

    private static AutobahnCase Case(string id) => AutobahnCase.All.Single(one => one.Id == id);
}

/// <summary>Over TCP.</summary>
public sealed class PlainAutobahnTests(PlainStage stage) : AutobahnTests(stage), IClassFixture<PlainStage>
{
    [Fact]
    public void There_are_247_cases_each_under_its_own_number()
    {
        Assert.Equal(247, AutobahnCase.All.Count);
        Assert.Equal(247, AutobahnCase.All.DistinctBy(static one => one.Id).Count());
        // By group, as in the suite's own list.
        Assert.Equal(
            [("1", 16), ("2", 11), ("3", 7), ("4", 10), ("5", 20), ("6", 145), ("7", 37), ("10", 1)],
            AutobahnCase.All.CountBy(static one => one.Id.Split('.')[0]).Select(static group => (group.Key, group.Value)).OrderBy(static group => group.Key.Length).ThenBy(static group => group.Key));
    }
}

/// <summary>Past the HTTP server when writing.</summary>
public sealed class DirectAutobahnTests(DirectStage stage) : HttpAutobahnTests(stage), IClassFixture<DirectStage>;

/// <summary>By the HTTP server alone.</summary>
public sealed class StreamAutobahnTests(StreamStage stage) : HttpAutobahnTests(stage), IClassFixture<StreamStage>;

/// <summary>Over TLS.</summary>
public sealed class TlsAutobahnTests(TlsStage stage) : AutobahnTests(stage), IClassFixture<TlsStage>;

/// <summary>
/// The ways through the HTTP server, many cases at a time: over HTTP/2 a client can't end a stream by half, and where it broke the rules, the server waits
/// for its end for two seconds.
/// </summary>
public abstract class HttpAutobahnTests(Stage stage)
{
    private const int AtOnce = 64;

    [Fact]
    public Task All_cases_on_quiet_sockets() => All(one => AutobahnRun.Quiet(stage, one));

    [Fact]
    public Task All_cases_while_events_are_written() => All(one => AutobahnRun.Listening(stage, one));

    private static Task All(Func<AutobahnCase, Task> run) => Parallel.ForEachAsync(
        AutobahnCase.All, new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = TestContext.Current.CancellationToken }, async (one, _) => await run(one));
}

/// <summary>Over HTTP/2 and TLS.</summary>
public sealed class TlsHttp2AutobahnTests(Http2Stage stage) : HttpAutobahnTests(stage), IClassFixture<Http2Stage>;

/// <summary>Over HTTP/2 alone.</summary>
public sealed class ClearHttp2AutobahnTests(ClearHttp2Stage stage) : HttpAutobahnTests(stage), IClassFixture<ClearHttp2Stage>;
