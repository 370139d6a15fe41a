using Chatter.Chat.Protocol;
using Chatter.Chat.Rooms;
using Chatter.Chat.Tests.Support;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Chatter.Chat.Tests.Messages;

/// <summary>What has had its time is forgotten, and nothing sooner.</summary>
public sealed class NonceSweeperTests
{
    /// <summary>How often it looks.</summary>
    private static readonly TimeSpan Round = TimeSpan.FromMinutes(5);

    [Fact]
    public async Task A_nonce_is_forgotten_after_48_hours_and_no_sooner()
    {
        var time = new FakeTimeProvider(new DateTimeOffset(2026, 11, 24, 8, 0, 0, TimeSpan.Zero));
        await using var store = await TestStore.Start(time);
        var ada = await store.AddUser("ada");
        Assert.True((await store.Writer.Do(new CreateRoom(ada, "garden", "", false, 100))).Is(out var room, out _));
        await Say("older", "old");
        time.Advance(Round);
        await Say("once", "n");

        time.Advance(TimeSpan.FromHours(48));
        // That the older one is gone says that the sweeper has looked.
        await Eventually.Equal(1L, Nonces);
        Assert.Equal(ErrorCodes.NonceReused, (await store.Send(ada, room.Id, "again", "n")).Refusal?.Code);
        time.Advance(Round);
        await Eventually.Equal(0L, Nonces);

        await Say("again", "n");
        Assert.Equal(["older", "once", "again"], (await store.Log(room.Id)).Skip(1).Select(static e => e.Text));

        async Task Say(string text, string nonce) => Assert.True((await store.Send(ada, room.Id, text, nonce)).Is(out _, out var refusal), refusal?.Message);

        Task<long> Nonces() => store.Database.Read(static s => s.First("select count(*) from nonces", static row => row.GetInt64(0)), TestContext.Current.CancellationToken);
    }
}
