using Chatter.Chat.Protocol;
using Chatter.Chat.Search;
using CsCheck;
using Xunit;

namespace Chatter.Chat.Tests.Search;

/// <summary>Searching against going through the whole log, and against whatever people may type.</summary>
public sealed class SearchModelTests
{
    private static readonly string[] Words = ["frost", "frosty", "rain", "tomato", "tomatoes", "snow"];

    private static readonly Gen<string> Texts = One.Of(Words).Array[1, 4].Select(static words => string.Join(' ', words));

    private static readonly Gen<Step> Steps = Gen.Select(
        Gen.Frequency((6, Gen.Const(What.Say)), (2, Gen.Const(What.Edit)), (2, Gen.Const(What.Delete)), (1, Gen.Const(What.Leave))), Gen.Int[0, 2], Gen.Int[0, 20], Texts,
        static (what, room, which, text) => new Step(what, room, which, text));

    private static readonly Gen<string> Queries = Gen.OneOf(
        One.Of(Words), One.Of("fro", "tom", "sno"), Gen.Select(One.Of(Words), One.Of(Words), static (one, other) => $"{one} {other}"),
        Gen.Select(One.Of(Words), One.Of(Words), static (one, other) => $"\"{one} {other}\""), Gen.Select(One.Of(Words), One.Of(Words), static (one, other) => $"{one} -{other}"));

    private static readonly Gen<string> Hostile = One.Of(
        "\"", "\"\"", "'", "*", "^", "(", ")", "{", "}", "-", "+", ":", ";", "--", "\\", "NEAR(", "NEAR/3", "AND", "OR", "NOT", "words", "words:", "marks:r1", "{marks}: r1", "r1", "u1", "haslink", "hasfile",
        "from:", "from:me", "in:", "in:\"", "has:", "before:", "on:9999-99-99", "frost", "\0", "\ud83c", "\u202e", "¦", "%", "_", "$1", "' or 1=1", "); drop table texts", " ", "東", "🎉", "a*b", "\"a\"*", "fro*st")
        .Array[0, 8].Select(static parts => string.Concat(parts));

    [Fact]
    public async Task What_is_found_is_what_going_through_the_log_finds()
    {
        await using var search = await SearchStore.Start();
        var (ada, ben) = (await search.Store.AddUser("ada"), await search.Store.AddUser("ben"));
        await Gen.Select(Steps.Array[1, 40], Queries.Array[1, 6]).SampleAsync(
            async (steps, queries) =>
            {
                var rooms = new List<Guid>();
                for (var i = 0; i < 3; i++) rooms.Add(await search.Room(i < 2 ? ada : ben, $"{Guid.NewGuid()}"));
                await search.Join(ada, rooms[2]);
                var isIn = true;
                foreach (var step in steps) isIn &= await Do(search, step.Room == 2 ? ben : ada, ada, rooms, step);
                await search.Indexed();
                foreach (var query in queries)
                {
                    foreach (var room in rooms)
                    {
                        var expected = room == rooms[2] && !isIn ? [] : Brute(await search.Store.Log(room), query);
                        Assert.Equal(expected, (await search.Search(ada, query, room)).Hits.Select(static hit => hit.Event.Seq));
                    }
                }
            },
            iter: 30, threads: 1, print: static t => $"{string.Join('\n', t.Item1.AsEnumerable())}\n{string.Join('\n', t.Item2)}");
    }

    [Fact]
    public async Task Nothing_that_is_typed_is_more_than_words()
    {
        await using var search = await SearchStore.Start();
        var (ada, ben) = (await search.Store.AddUser("ada"), await search.Store.AddUser("ben"));
        var (mine, others) = (await search.Room(ada, "garden"), await search.Room(ben, "cellar", isPrivate: true));
        await search.Say(ada, mine, "frost r1 u1 haslink words near and or not a b st");
        await search.Say(ben, others, "frost r1 u1 haslink words near and or not a b st");
        await search.Indexed();
        await Gen.OneOf(Hostile, Gen.String).SampleAsync(
            async text =>
            {
                var found = await search.Store.Get<SearchService>().Search(new SearchRequest(text), ada.Id, CancellationToken.None);
                if (found.Is(out var page, out var refusal)) Assert.All(page.Hits, hit => Assert.Equal(mine, hit.Room));
                else Assert.Equal(ErrorCodes.Invalid, refusal.Code);
            },
            iter: 3_000, threads: 1);
        Assert.True(search.Store.Get<SearchIndex>().IsHealthy);
        Assert.Single(await search.Texts(ada, "frost"));
    }

    private static async Task<bool> Do(SearchStore search, UserRef author, UserRef reader, List<Guid> rooms, Step step)
    {
        if (step.What == What.Leave)
        {
            if (step.Room == 2) await search.Leave(reader, rooms[2]);
            return step.Room != 2;
        }
        var log = await search.Store.Log(rooms[step.Room]);
        var messages = log.Where(e => e.Kind == EventKinds.Message && e.Redacted is not true && e.From?.Id == author.Id).ToList();
        if (step.What == What.Say || messages.Count == 0) await search.Say(author, rooms[step.Room], step.Text);
        else if (step.What == What.Edit) await search.Edit(author, messages[step.Which % messages.Count], step.Text);
        else await search.Delete(author, messages[step.Which % messages.Count]);
        return true;
    }

    /// <summary>By splitting at spaces, which is all that these texts need.</summary>
    private static IEnumerable<long> Brute(List<RoomEvent> log, string query)
    {
        foreach (var message in log.Where(static e => e.Kind == EventKinds.Message && e.Redacted is not true).Reverse())
        {
            var text = log.LastOrDefault(e => e.Kind == EventKinds.Edited && e.Target == message.Id)?.Text ?? message.Text!;
            var words = text.Split(' ');
            var holds = query.StartsWith('"')
                ? $" {text} ".Contains($" {query.Trim('"')} ", StringComparison.Ordinal)
                : query.Split(' ') is var parts && parts.Select((part, i) => part.StartsWith('-')
                    ? !words.Contains(part[1..])
                    : i == parts.Length - 1 ? words.Any(word => word.StartsWith(part, StringComparison.Ordinal)) : words.Contains(part)).All(static holds => holds);
            if (holds) yield return message.Seq;
        }
    }

    private enum What
    {
        Say,
        Edit,
        Delete,
        Leave,
    }

    private sealed record Step(What What, int Room, int Which, string Text);
}
