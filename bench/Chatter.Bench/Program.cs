// dotnet run -c Release --project bench/Chatter.Bench -- WORKLOAD [--name value …] [--json]
// Build the server first: dotnet build -c Release Chatter.App (compare does it by itself)

using System.Globalization;
using System.Text.Json;
using Chatter.Bench;
using Chatter.Bench.Comparing;
using Chatter.Bench.Paging;
using Chatter.Bench.Searching;
using Chatter.Bench.Storming;

var options = new Dictionary<string, string>();
for (var i = 1; i < args.Length; i++)
{
    if (!args[i].StartsWith("--", StringComparison.Ordinal)) return Usage($"What is {args[i]}?");
    var hasValue = i + 1 < args.Length && !args[i + 1].StartsWith("--", StringComparison.Ordinal);
    options[args[i][2..]] = hasValue ? args[++i] : "true";
}
var json = options.Remove("json");

if (args.FirstOrDefault() is "compare" or "grow")
{
    var (compare, problem) = args[0] == "grow" ? CompareCommand.ParseGrow(options) : CompareCommand.Parse(options);
    if (compare is null) return Usage(problem!);
    if (options.Count > 0) return Usage($"{args[0]} has no --{options.Keys.First()}.");
    return await compare(json) ? 0 : 1;
}
Func<Task<Dictionary<string, object>>> run;
switch (args.FirstOrDefault())
{
    case "teams":
        var teams = new Teams.Plan(Take("rooms", 100), Take("sockets", 10), Take("speakers", 10), Take("rate", 5), Take("seconds", 60));
        run = () => Teams.Run(teams);
        break;
    case "kill":
        var kill = new Teams.Plan(Take("rooms", 20), Take("sockets", 5), Take("speakers", 5), Take("rate", 10), Take("seconds", 60), Kills: Take("cycles", 10));
        run = () => Teams.Run(kill);
        break;
    case "slow":
        var slow = new Teams.Plan(1, Take("sockets", 1_000), 1, Take("rate", 50), Take("seconds", 40), Pad: Take("pad", 4_000), Silent: Take("silent", 20));
        run = () => Teams.Run(slow);
        break;
    case "hold":
        var hold = new Teams.Plan(Take("rooms", 500), Take("sockets", 20), 1, Take("rate", 1), Take("minutes", 30) * 60, Holds: true);
        run = () => Teams.Run(hold);
        break;
    case "storm":
        var (storming, missed, stormed) = (Take("sockets", 5_000), Take("missed", 100), Take("rooms", 500));
        run = () => Storm.Run(storming, missed, stormed);
        break;
    case "append":
        var (senders, window, length, stored) = (Take("senders", 50), Take("window", 12), Take("seconds", 20), Take("events", 1_000_000));
        run = () => Append.Run(senders, window, length, stored);
        break;
    case "post":
        var (clients, posting) = (Take("clients", 64), Take("seconds", 10));
        run = () => Posting.Run(clients, posting);
        break;
    case "history":
        var (held, paging) = (Take("events", 1_000_000), Take("seconds", 5));
        run = () => History.Run(held, paging);
        break;
    case "start":
        var events = Take("events", 1_000_000);
        run = () => Store.Start(events);
        break;
    case "maintain":
        var filled = Take("seconds", 30);
        run = () => Maintain.Run(filled);
        break;
    case "search":
        var (searched, times) = (Take("messages", 1_000_000), Take("times", 200));
        run = () => Searches.Run(searched, times);
        break;
    default:
        return Usage("Which workload?");
}
if (options.Count > 0) return Usage($"This workload has no --{options.Keys.First()}.");
var result = await run();
if (json) Console.WriteLine(JsonSerializer.Serialize(result));
else foreach (var (name, value) in result) Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name,-28}{value,14}"));
return result.TryGetValue("violations", out var violations) && (int)violations > 0 ? 1 : 0;

int Take(string name, int otherwise) => options.Remove(name, out var value) ? int.Parse(value, CultureInfo.InvariantCulture) : otherwise;

static int Usage(string problem)
{
    Console.Error.WriteLine(problem);
    Console.Error.WriteLine(CompareCommand.Usage);
    Console.Error.WriteLine("""
        teams [--rooms 100] [--sockets 10] [--speakers 10] [--rate 5] [--seconds 60]   everybody speaks; nothing missing, doubled or disordered; latency
        kill  [--rooms 20] [--sockets 5] [--rate 10] [--seconds 60] [--cycles 10]      the same while the server is killed; nothing acknowledged is lost
        slow  [--sockets 1000] [--rate 50] [--seconds 40] [--silent 20] [--pad 4000]   one of many stops reading; the others notice nothing
        hold  [--rooms 500] [--sockets 20] [--rate 1] [--minutes 30]                   10,000 sockets for long; how memory goes, and that no socket is lost
        storm [--sockets 5000] [--missed 100] [--rooms 500]                            all come back at once and resume, to a warm server and to a cold one
        append [--senders 50] [--window 12] [--seconds 20] [--events 1000000]          durable, acknowledged sends a second, on a database of that size
        post [--clients 64] [--seconds 10]                                             durable messages a second over HTTP, one under way a connection
        history [--events 1000000] [--seconds 5]                                       pages of a long room by socket and HTTP, one at a time and 16
        start [--events 1000000]                                                       time to the first answer, empty and large
        maintain [--seconds 30]                                                        backup, verify and restore of what that many seconds of sends leave
        search [--messages 1000000] [--times 200]                                      how long an index takes, searches of several kinds in ms, and how far behind it is
        --json prints one line of JSON.
        """);
    return 2;
}
