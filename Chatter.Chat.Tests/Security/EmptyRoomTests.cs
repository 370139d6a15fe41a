using Chatter.Chat.Protocol;
using Chatter.Chat.RoomLog;
using Chatter.Chat.Rooms;
using Chatter.Chat.Tests.Support;
using Xunit;

namespace Chatter.Chat.Tests.Security;

/// <summary>Public rooms that are made and left: few of one maker stand empty, and none for ever.</summary>
public sealed class EmptyRoomTests
{
    [Fact]
    public async Task S09_one_user_leaves_few_public_rooms_empty()
    {
        await using var server = await ChatServer.Start(static s => s["Chatter:Limits:EmptyRoomsPerUser"] = "3");
        var (ada, ben) = (await server.User(), await server.User());
        var rooms = new List<string>();
        for (var i = 0; i < 3; i++)
        {
            rooms.Add(await ada.CreateRoom());
            await ada.Leave(rooms[i]);
        }
        (await ada.Post("/api/rooms", new { name = "another" })).Refused(409, "too_many_rooms");
        // Private ones go by themselves.
        (await ada.Post("/api/rooms", new { name = "another", @private = true })).Is(201);
        await ben.Join(rooms[0]);
        (await ada.Post("/api/rooms", new { name = "another" })).Is(201);
    }

    [Fact]
    public async Task S09_a_public_room_stands_empty_for_a_day_and_for_30_days_where_something_was_said()
    {
        var time = new MovableTime();
        await using var store = await TestStore.Start(time);
        var (ada, ben) = (await store.AddUser("ada"), await store.AddUser("ben"));
        var (unused, said, joined) = (await Room("unused"), await Room("said"), await Room("joined"));
        Assert.True((await store.Send(ada, said, "hello", null)).Is(out _, out _));
        foreach (var room in (Guid[])[unused, said, joined]) await store.Writer.Do(new LeaveRoom(ada, room));
        Assert.True((await store.Writer.Do(new JoinRoom(ben, joined, null, 10))).Is(out _, out _));

        time.Move(TimeSpan.FromHours(23));
        Assert.Equal("none", await Gone());
        time.Move(TimeSpan.FromHours(2));
        Assert.Equal("unused", await Gone());
        time.Move(TimeSpan.FromDays(30));
        Assert.Equal("unused, said", await Gone());
        // Its name is free again.
        await Room("said");

        async Task<Guid> Room(string name) => (await store.Writer.Do(new CreateRoom(ada, name, "", false, 10))).Is(out var room, out var refusal) ? room.Id : throw new InvalidOperationException(refusal.Message);

        async Task<string> Gone()
        {
            await store.Writer.Do(new Sweep());
            var gone = await store.Database.Read(static s => s.All("select name from rooms where deleted_at is not null order by name desc", static row => row.GetString(0)), TestContext.Current.CancellationToken);
            return gone.Count == 0 ? "none" : string.Join(", ", gone);
        }
    }

    /// <summary>What the sweeper does with them.</summary>
    private sealed class Sweep : WriteOperation<bool>
    {
        protected override Outcome<bool> Decide(WriteBatch batch)
        {
            EmptyRooms.Delete(batch, said: false, batch.Now - TimeSpan.FromDays(1), 10);
            EmptyRooms.Delete(batch, said: true, batch.Now - TimeSpan.FromDays(30), 10);
            return true;
        }
    }
}
