using System.Globalization;
using Chatter.Chat.Tests.Support;
using Xunit;

namespace Chatter.Chat.Tests.Fuzzing;

/// <summary>
/// The whole server under mutated frames and bodies: whoever sends them gets answers of the protocol, whoever doesn't notices nothing, and nothing stays
/// behind. By itself, since it measures the process.
/// </summary>
[Collection(Alone.Name)]
public sealed class WireFuzzTests
{
    private const int Workers = 4;
    private const int PerWorker = 1_800;
    private const int Rounds = 3;
    private const int FewestMessages = 20;

    /// <summary>Of the heap, from one round to the next one like it. A leak of a kilobyte an input would be nearly twice as much.</summary>
    private const long MostGrowth = 4 << 20;

    /// <summary>Of the heap from the start on: what is pooled and cached, the longest texts of rooms' tails included.</summary>
    private const long MostHeld = 48 << 20;

    [Fact]
    public async Task Mutated_frames_and_bodies_are_answered_and_harm_nobody()
    {
        FuzzSeed.Print();
        await using var world = await FuzzWorld.Start(Workers);
        var held = new List<long> { await world.Settle() };
        for (var round = 0; round < Rounds; round++)
        {
            var before = world.Messages;
            await Task.WhenAll(world.Fuzzers.Select((user, worker) => Task.Run(() => Fuzz(world, user, (round * Workers + worker) * PerWorker))));
            held.Add(await world.Settle());
            // A bystander who had nothing to say meanwhile would prove nothing.
            Assert.InRange(world.Messages - before, FewestMessages, long.MaxValue);
        }
        await world.Unharmed();
        var story = string.Join(" → ", held.Select(static bytes => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1024:N0} KiB")));
        TestContext.Current.TestOutputHelper?.WriteLine($"{Workers * PerWorker * Rounds} inputs, {world.Messages} messages beside them; the heap: {story}");
        Assert.True(held[^1] - held[0] < MostHeld && held[^1] - held[^2] < MostGrowth, $"The heap grew: {story}");
    }

    private static async Task Fuzz(FuzzWorld world, TestUser user, int first)
    {
        await using var sockets = new SocketFuzzer(world, user);
        using var http = new HttpFuzzer(world, user);
        for (var input = first; input < first + PerWorker; input++)
        {
            var random = FuzzSeed.Random(nameof(WireFuzzTests), input);
            await (random.Next(20) switch
            {
                < 14 => sockets.Payload(input, random),
                < 17 => sockets.Stream(input, random),
                _ => http.Body(input, random),
            });
        }
    }
}
