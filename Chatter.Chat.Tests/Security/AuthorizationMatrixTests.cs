using Chatter.Chat.Protocol;
using Chatter.Chat.Tests.Support;
using Microsoft.AspNetCore.Routing;
using Xunit;

namespace Chatter.Chat.Tests.Security;

/// <summary>
/// Every call and every frame, by every kind of caller, to a private room that exists and to one that doesn't: who is out can't tell them apart, whatever he was before, and who is in may do what
/// the table says. A call or frame that isn't in the table fails.
/// </summary>
public sealed class AuthorizationMatrixTests(AuthorizationMatrixTests.World world) : IClassFixture<AuthorizationMatrixTests.World>
{
    /// <summary>What a member, a moderator and the owner are answered, in this order.</summary>
    /// <param name="Statuses">By HTTP, or of a frame 200 for done.</param>
    /// <param name="Body">What is sent, or null.</param>
    private sealed record Call(int[] Statuses, object? Body = null);

    private static readonly int[] All = [200, 200, 200];
    private static readonly int[] AllQuietly = [204, 204, 204];
    private static readonly int[] Moderators = [403, 204, 204];

    private static readonly Dictionary<string, Call> OfRooms = new()
    {
        ["GET /api/rooms/{id}"] = new(All),
        ["PATCH /api/rooms/{id}"] = new([403, 403, 200], new { topic = "new" }),
        ["POST /api/rooms/{id}/join"] = new(All),
        ["POST /api/rooms/{id}/leave"] = new(AllQuietly),
        ["POST /api/rooms/{id}/invites"] = new([403, 403, 201]),
        ["PATCH /api/rooms/{id}/membership"] = new(All, new { favourite = true }),
        ["GET /api/rooms/{id}/members"] = new(All),
        ["GET /api/rooms/{id}/members/{userId}"] = new(All),
        ["PATCH /api/rooms/{id}/members/{userId}"] = new(Moderators, new { mutedFor = 60 }),
        ["DELETE /api/rooms/{id}/members/{userId}"] = new(Moderators),
        ["GET /api/rooms/{id}/bans"] = new([403, 200, 200]),
        ["PUT /api/rooms/{id}/bans/{userId}"] = new([403, 204, 204]),
        ["DELETE /api/rooms/{id}/bans/{userId}"] = new(Moderators),
        ["POST /api/rooms/{id}/messages"] = new([201, 201, 201], new { text = "hello" }),
        ["GET /api/rooms/{id}/events"] = new(All),
        ["GET /api/rooms/{id}/events/{eventId}"] = new(All),
        ["PUT /api/rooms/{id}/events/{eventId}/saved"] = new(AllQuietly),
        ["DELETE /api/rooms/{id}/events/{eventId}/saved"] = new(AllQuietly),
        ["GET /api/rooms/{id}/pins"] = new(All),
        ["POST /api/rooms/{id}/attachments"] = new([201, 201, 201], "bytes"),
        ["GET /api/rooms/{id}/attachments/{file}"] = new(All),
        ["GET /api/rooms/{id}/attachments/{file}/thumbnail"] = new([404, 404, 404]), // The file is no picture.
    };

    /// <summary>Those that are about no room: whether they may be called without a login.</summary>
    private static readonly Dictionary<string, bool> Others = new()
    {
        ["POST /api/register"] = true,
        ["POST /api/login"] = true,
        ["GET /api/avatars/{id}"] = true, // Answered as a picture that isn't there.
        ["POST /api/logout"] = false,
        ["GET /api/me"] = false,
        ["PATCH /api/me"] = false,
        ["DELETE /api/me"] = false,
        ["PUT /api/me/avatar"] = false,
        ["DELETE /api/me/avatar"] = false,
        ["POST /api/me/password"] = false,
        ["GET /api/me/sessions"] = false,
        ["DELETE /api/me/sessions"] = false,
        ["DELETE /api/me/sessions/{id}"] = false,
        ["GET /api/users"] = false,
        ["GET /api/antiforgery"] = false,
        ["GET /api/rooms"] = false,
        ["POST /api/rooms"] = false,
        ["POST /api/conversations"] = false,
        ["GET /api/mentions"] = false,
        ["GET /api/saved"] = false,
        ["GET /api/latest"] = false,
        ["GET /api/search"] = false,
        ["GET /api/blocks"] = false,
        ["PUT /api/blocks/{userId}"] = false,
        ["DELETE /api/blocks/{userId}"] = false,
        ["GET /api/push/key"] = false,
        ["POST /api/push/subscriptions"] = false,
        ["DELETE /api/push/subscriptions"] = false,
    };

    private static readonly Dictionary<Type, Func<Guid, Guid, object>> Frames = new()
    {
        [typeof(SendFrame)] = static (room, _) => new { type = "send", room, text = "hello", nonce = "n" },
        [typeof(EditFrame)] = static (room, target) => new { type = "edit", room, target, text = "otherwise", nonce = "n" },
        [typeof(DeleteFrame)] = static (room, target) => new { type = "delete", room, target, nonce = "n" },
        [typeof(ReactFrame)] = static (room, target) => new { type = "react", room, target, emoji = "👍", on = true, nonce = "n" },
        [typeof(PinFrame)] = static (room, target) => new { type = "pin", room, target, on = true, nonce = "n" },
        [typeof(HistoryRequest)] = static (room, _) => new { type = "history", room, nonce = "n" },
        [typeof(MarkReadFrame)] = static (room, _) => new { type = "read", room, seq = 1 },
        [typeof(StartTypingFrame)] = static (room, _) => new { type = "typing", room },
    };

    /// <summary>Those that are about no room.</summary>
    private static readonly Type[] OtherFrames = [typeof(HelloFrame), typeof(SetPresenceFrame), typeof(PingFrame)];

    public static TheoryData<string> RoomCalls => [.. OfRooms.Keys];

    public static TheoryData<string> OtherCalls => [.. Others.Keys];

    public static TheoryData<Type> RoomFrames => [.. Frames.Keys];

    [Fact]
    public void Every_call_and_every_frame_is_in_the_table()
    {
        var calls = world.Server.Part<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>().Where(static endpoint => endpoint.RoutePattern.RawText?.StartsWith("/api", StringComparison.Ordinal) == true)
            .SelectMany(static endpoint => endpoint.Metadata.GetMetadata<HttpMethodMetadata>()!.HttpMethods.Where(static method => method != "HEAD").Select(method => $"{method} {endpoint.RoutePattern.RawText}"));
        Assert.Equal(OfRooms.Keys.Concat(Others.Keys).Order(StringComparer.Ordinal), calls.Distinct().Order(StringComparer.Ordinal));
        var frames = typeof(ClientFrame).Assembly.GetTypes().Where(static type => type is { IsAbstract: false } && type.IsSubclassOf(typeof(ClientFrame)));
        Assert.Equal(Frames.Keys.Concat(OtherFrames).Select(static type => type.Name).Order(StringComparer.Ordinal), frames.Select(static type => type.Name).Order(StringComparer.Ordinal));
    }

    [Theory]
    [MemberData(nameof(RoomCalls))]
    public async Task A_call_about_a_room_answers_each_caller_as_the_table_says(string call)
    {
        var room = await world.Room();
        var (method, path) = (new HttpMethod(call.Split(' ')[0]), call.Split(' ')[1]);
        Assert.Equal(path.Contains("{file}", StringComparison.Ordinal) ? 404 : 401, (await Ask(null, room.Id)).Status);
        foreach (var (kind, outsider) in world.Outsiders)
        {
            var (there, nowhere) = (await Ask(outsider, room.Id), await Ask(outsider, World.Nowhere));
            Assert.True(there.Status == 404, $"{kind}: {there.Status} {there.Body}");
            Assert.True(there.Fingerprint(room.Id) == nowhere.Fingerprint(World.Nowhere), $"{kind} can tell them apart:\n{there.Fingerprint(room.Id)}\nand\n{nowhere.Fingerprint(World.Nowhere)}");
        }
        foreach (var ((kind, insider), expected) in world.Insiders.Zip(OfRooms[call].Statuses))
        {
            var answer = await Ask(insider, room.Id);
            Assert.True(answer.Status == expected, $"{kind}: {expected} was expected, {answer.Status} came: {answer.Body}");
        }

        Task<Reply> Ask(TestUser? user, string id)
        {
            var body = OfRooms[call].Body is "bytes" ? new ByteArrayContent([1, 2, 3]) : OfRooms[call].Body;
            return world.Server.Call(method, path.Replace("{id}", id, StringComparison.Ordinal).Replace("{userId}", world.Somebody.Id, StringComparison.Ordinal)
                .Replace("{eventId}", room.Message, StringComparison.Ordinal).Replace("{file}", room.File, StringComparison.Ordinal), body, user?.Token);
        }
    }

    [Theory]
    [MemberData(nameof(OtherCalls))]
    public async Task Any_other_call_needs_a_login_where_the_table_says_so(string call)
    {
        var path = call.Split(' ')[1].Replace("{id}", World.Nowhere, StringComparison.Ordinal).Replace("{userId}", World.Nowhere, StringComparison.Ordinal);
        var answer = await world.Server.Call(new HttpMethod(call.Split(' ')[0]), path, call.StartsWith("GET", StringComparison.Ordinal) ? null : new { });
        if (Others[call]) Assert.NotEqual(401, answer.Status);
        else answer.Refused(401, "not_authenticated");
    }

    [Theory]
    [MemberData(nameof(RoomFrames))]
    public async Task A_frame_about_a_room_tells_outsiders_nothing_of_it(Type frame)
    {
        var room = await world.Room();
        foreach (var (kind, outsider) in world.Outsiders)
        {
            await using var socket = await outsider.Connect();
            var answers = new List<string>();
            foreach (var id in (Guid[])[Guid.Parse(room.Id), Guid.Parse(World.Nowhere)])
            {
                await socket.Send(Frames[frame](id, Guid.Parse(room.Message)));
                var answer = await socket.Next("error");
                Assert.Equal("no_such_room", answer.Text("code"));
                answers.Add(answer.GetRawText().Replace($"{id}", "ID", StringComparison.Ordinal));
            }
            Assert.True(answers[0] == answers[1], $"{kind} can tell them apart:\n{answers[0]}\nand\n{answers[1]}");
        }
    }

    /// <summary>People of every kind, and rooms that they are in or out of.</summary>
    public sealed class World : IAsyncLifetime
    {
        public const string Nowhere = "01980000-0000-7000-8000-000000000001";

        private TestUser _owner = null!;
        private TestUser _moderator = null!;
        private TestUser _member = null!;
        private TestUser _stranger = null!;
        private TestUser _left = null!;
        private TestUser _removed = null!;
        private TestUser _banned = null!;

        internal ChatServer Server { get; private set; } = null!;

        /// <summary>A further member, to whom things are done.</summary>
        internal TestUser Somebody { get; private set; } = null!;

        internal IReadOnlyList<(string Kind, TestUser User)> Outsiders => [("a stranger", _stranger), ("who left", _left), ("who was removed", _removed), ("who is banned", _banned)];

        /// <summary>The owner last, since some calls change who is what.</summary>
        internal IReadOnlyList<(string Kind, TestUser User)> Insiders => [("a member", _member), ("a moderator", _moderator), ("the owner", _owner)];

        public async ValueTask InitializeAsync()
        {
            Server = await ChatServer.Start();
            (_owner, _moderator, _member, Somebody) = (await Server.User(), await Server.User(), await Server.User(), await Server.User());
            (_stranger, _left, _removed, _banned) = (await Server.User(), await Server.User(), await Server.User(), await Server.User());
        }

        public ValueTask DisposeAsync() => Server.DisposeAsync();

        /// <summary>A private room with a message and a file in it.</summary>
        internal async Task<(string Id, string Message, string File)> Room()
        {
            var room = await _owner.CreateRoom(isPrivate: true);
            foreach (var user in (TestUser[])[_moderator, _member, Somebody, _left, _removed, _banned]) await user.Join(room, await _owner.Invite(room));
            (await _owner.Patch($"/api/rooms/{room}/members/{_moderator.Id}", new { role = "moderator" })).Is(204);
            var sent = await _owner.SendFile(room, [1, 2, 3]);
            await _left.Leave(room);
            (await _owner.Delete($"/api/rooms/{room}/members/{_removed.Id}")).Is(204);
            (await _owner.Put($"/api/rooms/{room}/bans/{_banned.Id}")).Is(204);
            return (room, sent.Id(), sent.List("attachments")[0].Id());
        }
    }
}
