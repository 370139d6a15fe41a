using Chatter.Chat.Messages;
using Chatter.Chat.Protocol;
using Chatter.Chat.Push;
using Chatter.Chat.Rooms;
using Chatter.Chat.Storage;
using Chatter.Chat.Tests.Support;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Chatter.Chat.Tests.Push;

/// <summary>What fails is tried again, later and later, and no longer than it is of use.</summary>
public sealed class PushSenderTests
{
    private readonly FakeTimeProvider _time = new(DateTimeOffset.UtcNow);

    [Fact]
    public async Task A_service_that_asks_to_wait_is_asked_again_then_and_no_sooner()
    {
        await using var receiver = await PushReceiver.Start();
        await using var store = await Start();
        var (ada, room) = await Subscribe(store, receiver);
        receiver.Answers.Enqueue((429, "60"));
        await store.Send(ada, room, "@ben frost tonight?", null);
        await Eventually.Equal(1, () => Task.FromResult(receiver.Asked));

        await Rests(store);
        _time.Advance(TimeSpan.FromSeconds(59));
        Assert.Equal(1, receiver.Asked);
        _time.Advance(TimeSpan.FromSeconds(2));
        await Eventually.Equal("@ben frost tonight?", () => Task.FromResult(string.Join(", ", receiver.Taken.Select(static taken => taken.Text("body")))));
    }

    [Fact]
    public async Task What_comes_while_a_service_fails_takes_the_place_of_what_waits()
    {
        await using var receiver = await PushReceiver.Start();
        await using var store = await Start();
        var (ada, room) = await Subscribe(store, receiver);
        receiver.Answers.Enqueue((503, null));
        await store.Send(ada, room, "@ben one", null);
        await Eventually.Equal(1, () => Task.FromResult(receiver.Asked));
        await Rests(store);
        await store.Send(ada, room, "@ben two", null);
        await Rests(store);

        _time.Advance(TimeSpan.FromSeconds(3));
        await Eventually.Equal("@ben two", () => Task.FromResult(string.Join(", ", receiver.Taken.Select(static taken => taken.Text("body")))));
        Assert.Equal(2, receiver.Asked);
    }

    [Theory]
    [InlineData(404)]
    [InlineData(410)]
    public async Task Who_is_gone_is_forgotten(int status)
    {
        await using var receiver = await PushReceiver.Start();
        await using var store = await Start();
        var (ada, room) = await Subscribe(store, receiver);
        receiver.Answers.Enqueue((status, null));
        await store.Send(ada, room, "@ben frost tonight?", null);

        await Eventually.Equal(0L, () => Subscriptions(store));
    }

    [Fact]
    public async Task A_name_that_means_a_private_address_is_forgotten_without_being_asked()
    {
        await using var receiver = await PushReceiver.Start();
        await using var store = await Start(allowPrivate: false);
        var (ada, room) = await Subscribe(store, receiver, new Uri($"https://localhost:{receiver.Endpoint.Port}/push/1"));
        await store.Send(ada, room, "@ben frost tonight?", null);

        await Eventually.Equal(0L, () => Subscriptions(store));
        Assert.Equal(0, receiver.Asked);
    }

    /// <summary>A push that waits for its next try is judged again: by then it may tell what nobody may read any longer.</summary>
    [Theory]
    [InlineData("deleted")]
    [InlineData("read")]
    [InlineData("left")]
    [InlineData("removed")]
    [InlineData("banned")]
    [InlineData("author blocked")]
    [InlineData("room muted")]
    [InlineData("logged out")]
    [InlineData("session expired")]
    [InlineData("mention edited away")]
    public async Task What_is_no_longer_due_at_the_next_try_is_not_pushed(string meanwhile)
    {
        await using var receiver = await PushReceiver.Start();
        await using var store = await Start();
        using var measured = store.Measure();
        var (ada, room) = await Subscribe(store, receiver);
        receiver.Answers.Enqueue((503, null));
        var sent = await store.Send(ada, room, "@ben TO BE DELETED", null);
        Assert.True(sent.Is(out var message, out _));
        await Eventually.Equal(1, () => Task.FromResult(receiver.Asked));
        await Rests(store);

        await Happen(store, meanwhile, ada, room, message.Event);
        _time.Advance(TimeSpan.FromSeconds(3));
        await Eventually.Equal(1.0, () => Task.FromResult(measured.Sum("chatter.push.answers", "outcome=stale")));
        Assert.Equal((1, 0), (receiver.Asked, receiver.Taken.Count));
    }

    [Fact]
    public async Task What_was_edited_meanwhile_is_pushed_as_it_reads_now()
    {
        await using var receiver = await PushReceiver.Start();
        await using var store = await Start();
        var (ada, room) = await Subscribe(store, receiver);
        receiver.Answers.Enqueue((503, null));
        Assert.True((await store.Send(ada, room, "@ben one", null)).Is(out var message, out _));
        await Eventually.Equal(1, () => Task.FromResult(receiver.Asked));
        await Rests(store);

        await Change(store, new EditFrame(room, message.Event.Id, "@ben two"), ada);
        _time.Advance(TimeSpan.FromSeconds(3));
        await Eventually.Equal("@ben two", () => Task.FromResult(string.Join(", ", receiver.Taken.Select(static taken => taken.Text("body")))));
    }

    /// <summary>What took the place of one that waits is deleted: the one that waits is still due.</summary>
    [Fact]
    public async Task S08_a_newer_one_that_is_no_longer_due_takes_none_along()
    {
        await using var receiver = await PushReceiver.Start();
        await using var store = await Start();
        var (ada, room) = await Subscribe(store, receiver);
        receiver.Answers.Enqueue((503, null));
        await store.Send(ada, room, "@ben one", null);
        await Eventually.Equal(1, () => Task.FromResult(receiver.Asked));
        await Rests(store);
        Assert.True((await store.Send(ada, room, "@ben two", null)).Is(out var newer, out _));
        await Rests(store);
        await Change(store, new DeleteFrame(room, newer.Event.Id), ada);

        _time.Advance(TimeSpan.FromSeconds(3));
        await Eventually.Equal("@ben one", () => Task.FromResult(string.Join(", ", receiver.Taken.Select(static taken => taken.Text("body")))));
    }

    /// <summary>One that took the place of another has tries of its own; only the wait goes on.</summary>
    [Fact]
    public async Task S08_a_newer_one_has_all_of_its_tries()
    {
        await using var receiver = await PushReceiver.Start();
        await using var store = await Start();
        var (ada, room) = await Subscribe(store, receiver);
        for (var i = 0; i < 10; i++) receiver.Answers.Enqueue((503, null));
        await store.Send(ada, room, "@ben one", null);
        for (var asked = 1; asked <= 10; asked++)
        {
            var now = asked;
            await Eventually.Equal(now, () => Task.FromResult(receiver.Asked));
            await Rests(store);
            if (asked == 5) await store.Send(ada, room, "@ben two", null);
            await Rests(store);
            _time.Advance(TimeSpan.FromHours(1));
        }
        await Eventually.Equal("@ben two", () => Task.FromResult(string.Join(", ", receiver.Taken.Select(static taken => taken.Text("body")))));
    }

    [Fact]
    public void S05_services_that_do_not_answer_leave_places_to_those_that_do()
    {
        var hosts = new PushHosts(mostSilent: 2);
        var silent = Enumerable.Range(0, 2).Select(i => hosts.Enter($"{i}.silent.example")!).ToList();
        Assert.Null(hosts.Enter("good.example"));
        silent[0].Dispose();
        using (var first = hosts.Enter("good.example")!) first.Answered = true;
        silent.Add(hosts.Enter("3.silent.example")!);

        // It has answered, so it needs none of those places; until it says nothing, too.
        using (var next = hosts.Enter("good.example")!) Assert.Null(hosts.Enter("4.silent.example"));
        Assert.Null(hosts.Enter("good.example"));
    }

    private static async Task Happen(TestStore store, string what, UserRef ada, Guid room, RoomEvent message)
    {
        var ben = new UserRef(await store.Database.Read(static c => c.First("select id from users where user_name = 'ben'", static row => row.Id(0)), CancellationToken.None), "ben");
        switch (what)
        {
            case "deleted":
                await Change(store, new DeleteFrame(room, message.Id), ada);
                break;
            case "mention edited away":
                await Change(store, new EditFrame(room, message.Id, "nobody in particular"), ada);
                break;
            case "read":
                var read = new TaskCompletionSource<Outcome<ReadMark>>(TaskCreationOptions.RunContinuationsAsynchronously);
                store.Writer.Enqueue(new MarkRead(new MarkReadFrame(room, message.Seq), ben.Id, read.SetResult));
                await read.Task;
                break;
            case "left":
                await store.Writer.Do(new LeaveRoom(ben, room));
                break;
            case "removed":
                await store.Writer.Do(new RemoveMember(ada, room, ben.Id, null));
                break;
            case "banned":
                await store.Writer.Do(new BanUser(ada, room, ben.Id, null, null));
                break;
            case "author blocked":
                await store.Writer.Do(new BlockUser(ben, ada.Id, true));
                break;
            case "room muted":
                await store.Writer.Do(new ChangeMembership(ben, room, new MembershipWish(NotifyLevels.Nothing, null), 1_000));
                break;
            case "logged out":
                await Write(store, "update sessions set revoked_at = 1");
                break;
            default:
                await Write(store, "update sessions set expires_at = 1");
                break;
        }
    }

    private static async Task Change(TestStore store, ChangeFrame frame, UserRef user)
    {
        var changed = new TaskCompletionSource<Outcome<Sent>>(TaskCreationOptions.RunContinuationsAsynchronously);
        store.Writer.Enqueue(MessageChange.Of(frame with { Nonce = "change" }, user, changed.SetResult));
        Assert.True((await changed.Task).Is(out _, out var refusal), refusal?.Message);
    }

    private static async Task Write(TestStore store, string sql)
    {
        using var turn = await store.Database.Gate.Enter(CancellationToken.None);
        using var connection = new StoreConnection(store.Database.OpenWriter());
        connection.Execute(sql);
    }

    private Task<TestStore> Start(bool allowPrivate = true) => TestStore.Start(_time, null, ("Chatter:Push:AllowPrivate", allowPrivate ? "true" : "false"));

    /// <summary>Ada's room with Ben in it, whose browser wants to be pushed to.</summary>
    private async Task<(UserRef Ada, Guid Room)> Subscribe(TestStore store, PushReceiver receiver, Uri? endpoint = null)
    {
        var (ada, ben) = (await store.AddUser("ada"), await store.AddUser("ben"));
        Assert.True((await store.Writer.Do(new CreateRoom(ada, "garden", "", false, 100))).Is(out var room, out _));
        Assert.True((await store.Writer.Do(new JoinRoom(ben, room.Id, null, 100))).Is(out _, out _));
        var session = await AddSession(store, ben);
        var said = Json.Read(Json.Write(receiver.Subscription)).Field("keys");
        var subscription = new PushSubscription(session, endpoint ?? receiver.Endpoint, VectorTests.Bytes(said.Text("p256dh")), VectorTests.Bytes(said.Text("auth")), "https://chat.example.org");
        Assert.True((await store.Writer.Do(new KeepSubscription(subscription, ben.Id))).Is(out _, out _));
        store.Get<PushSender>().Subscribed();
        return (ada, room.Id);
    }

    private async Task<Guid> AddSession(TestStore store, UserRef user)
    {
        var id = Guid.CreateVersion7();
        var end = _time.GetUtcNow().AddDays(30).ToUnixTimeMilliseconds();
        using var turn = await store.Database.Gate.Enter(CancellationToken.None);
        using var connection = new StoreConnection(store.Database.OpenWriter());
        connection.Execute(
            "insert into sessions (id, user_id, token_hash, created_at, last_seen_at, expires_at, ends_at) values ($1, $2, $3, 0, 0, $4, $4)", id, user.Id, new byte[32], end);
        return id;
    }

    /// <summary>All that was to be done is done, but for what waits for its time.</summary>
    private static Task Rests(TestStore store) => Eventually.Equal((0, 1), () => Task.FromResult((store.Get<PushSender>().InWork, store.Get<PushSender>().Resting)));

    private static Task<long> Subscriptions(TestStore store) => store.Database.Read(static connection => connection.First("select count(*) from push_subscriptions", static row => row.GetInt64(0)), CancellationToken.None);
}
