using System.Text;
using Chatter.Chat.Tests.Support;
using Xunit;

namespace Chatter.Chat.Tests.Conformance.Http;

/// <summary>Who may have a file, and what everybody else hears: the same, whatever the reason (docs/protocol.md §3).</summary>
public sealed class AttachmentRightsTests(SharedServer shared)
{
    private static readonly byte[] Bytes = Encoding.UTF8.GetBytes("between us");

    public static TheoryData<bool> Rooms => [true, false];

    [Theory]
    [MemberData(nameof(Rooms))]
    public async Task Members_have_it_and_nobody_else_hears_that_it_is_there(bool isPrivate)
    {
        var world = await World.Make(shared.Server, isPrivate);
        Assert.Equal(200, (await world.Ada.Download(world.Room, world.File)).Status);
        Assert.Equal(200, (await world.Ben.Download(world.Room, world.File)).Status);
        Assert.Equal(200, (await world.Ben.Download(world.Room, world.File, "/thumbnail")).Status);

        foreach (var rest in new[] { "", "/thumbnail" })
        {
            var nothing = Tell(await world.Ada.Download(world.Room, Guid.CreateVersion7().ToString(), rest));
            Assert.StartsWith("404", nothing, StringComparison.Ordinal);
            Assert.Contains("no_such_attachment", nothing, StringComparison.Ordinal);
            foreach (var (who, answer) in new (string, FileReply)[]
            {
                ("a stranger", await world.Stranger.Download(world.Room, world.File, rest)),
                ("who left", await world.Left.Download(world.Room, world.File, rest)),
                ("who was removed", await world.Removed.Download(world.Room, world.File, rest)),
                ("nobody", await shared.Server.Download(world.Room, world.File, rest)),
                ("a wrong token", await shared.Server.Download(world.Room, world.File, rest, ("Authorization", "Bearer wrong"))),
                ("a wrong cookie", await shared.Server.Download(world.Room, world.File, rest, ("Cookie", "chatter=wrong"))),
                ("a member by another of his rooms", await world.Ada.Download(world.Other, world.File, rest)),
                ("a member by a room that isn't", await world.Ada.Download(Guid.CreateVersion7().ToString(), world.File, rest)),
                ("a member by no id", await world.Ada.Download(world.Room, "x", rest)),
                ("a member of another site's page", await world.Ada.Download(world.Room, world.File, rest, ("Sec-Fetch-Site", "cross-site"))),
                ("a member of a neighbour's page", await world.Ada.Download(world.Room, world.File, rest, ("Sec-Fetch-Site", "same-site"))),
                ("a cookie of another site's page", await shared.Server.Download(world.Room, world.File, rest, ("Cookie", "chatter=" + world.Ada.Token), ("Sec-Fetch-Site", "cross-site"))),
            }) Assert.True(nothing == Tell(answer), $"{who} hears something else: {Tell(answer)}");
        }
    }

    [Fact]
    public async Task The_page_has_it_by_cookie()
    {
        var world = await World.Make(shared.Server, isPrivate: true);
        var cookie = ("Cookie", "chatter=" + world.Ben.Token);
        Assert.Equal(200, (await shared.Server.Download(world.Room, world.File, "", cookie, ("Sec-Fetch-Site", "same-origin"))).Status);
        Assert.Equal(200, (await shared.Server.Download(world.Room, world.File, "", cookie, ("Sec-Fetch-Site", "none"))).Status);
    }

    [Fact]
    public async Task Before_it_is_sent_it_is_its_senders_alone()
    {
        var world = await World.Make(shared.Server, isPrivate: false);
        var unsent = (await world.Ben.Upload(world.Room, Bytes)).Id();
        Assert.Equal(200, (await world.Ben.Download(world.Room, unsent)).Status);
        Assert.Equal(404, (await world.Ada.Download(world.Room, unsent)).Status);
        await world.Ben.Leave(world.Room);
        Assert.Equal(404, (await world.Ben.Download(world.Room, unsent)).Status);
    }

    [Fact]
    public async Task Only_members_upload()
    {
        var world = await World.Make(shared.Server, isPrivate: false);
        var closed = await world.Ada.CreateRoom(isPrivate: true);
        foreach (var who in new[] { world.Stranger, world.Left, world.Removed })
        {
            (await who.TryUpload(world.Room, Bytes)).Refused(403, "not_a_member");
            (await who.TryUpload(closed, Bytes)).Refused(404, "no_such_room");
            (await who.TryUpload(Guid.CreateVersion7().ToString(), Bytes)).Refused(404, "no_such_room");
        }
        (await shared.Server.Call(HttpMethod.Post, $"/api/rooms/{world.Room}/attachments", new ByteArrayContent(Bytes))).Refused(401, "not_authenticated");
        (await shared.Server.Call(HttpMethod.Post, $"/api/rooms/{world.Room}/attachments", new ByteArrayContent(Bytes), null, ("Cookie", "chatter=" + world.Ada.Token))).Refused(403, "forbidden");
    }

    [Fact]
    public async Task A_room_that_is_deleted_has_no_files()
    {
        var ada = await shared.Server.User();
        var room = await ada.CreateRoom(isPrivate: true);
        var file = (await ada.SendFile(room, Bytes)).List("attachments")[0].Id();
        await ada.Leave(room);
        Assert.Equal(404, (await ada.Download(room, file)).Status);
    }

    [Fact]
    public async Task Who_comes_back_has_it_again()
    {
        var world = await World.Make(shared.Server, isPrivate: false);
        await world.Left.Join(world.Room);
        Assert.Equal(200, (await world.Left.Download(world.Room, world.File)).Status);
    }

    private static string Tell(FileReply reply) =>
        $"{reply.Status}\n{string.Join('\n', reply.Headers.Concat(reply.ContentHeaders).Where(static h => h.Key != "Date").Select(static h => $"{h.Key}: {string.Join(", ", h.Value)}").Order(StringComparer.Ordinal))}\n{Encoding.UTF8.GetString(reply.Bytes)}";

    private sealed record World(TestUser Ada, TestUser Ben, TestUser Stranger, TestUser Left, TestUser Removed, string Room, string Other, string File)
    {
        public static async Task<World> Make(ChatServer server, bool isPrivate)
        {
            var (ada, ben, stranger, left, removed) = (await server.User(), await server.User(), await server.User(), await server.User(), await server.User());
            var room = await ada.CreateRoom(isPrivate: isPrivate);
            var other = await ada.CreateRoom();
            var invite = isPrivate ? await ada.Invite(room) : null;
            foreach (var member in new[] { ben, left, removed }) await member.Join(room, invite);
            var file = (await ada.SendFile(room, Pictures.Photo(), "a.jpg")).List("attachments")[0].Id();
            await left.Leave(room);
            Assert.Equal(204, (await ada.Delete($"/api/rooms/{room}/members/{removed.Id}")).Status);
            return new World(ada, ben, stranger, left, removed, room, other, file);
        }
    }
}
