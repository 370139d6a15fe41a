using Chatter.App.Components.Messages;
using Chatter.App.Tests.Components.Support;
using Chatter.App.Tests.Session;
using Chatter.Chat.Protocol;
using Chatter.Chat.Tests.Support;
using Xunit;

namespace Chatter.App.Tests.Components.Messages;

public sealed class AvatarTests(SharedServer shared)
{
    private static readonly Guid Id = Guid.Parse("0198c1a0-0000-7000-8000-00000000000d");

    [Theory]
    [InlineData("Ada Lovelace", "AL")]
    [InlineData("ada", "A")]
    [InlineData("ada.king_of-lovelace", "AL")]
    [InlineData("Ada Augusta King", "AK")]
    [InlineData("éva", "É")]
    [InlineData("👩‍🌾 farmer", "👩‍🌾F")]
    [InlineData("...", "?")]
    [InlineData("", "?")]
    public async Task It_shows_the_first_and_the_last_initial(string name, string initials)
    {
        await using var circuit = Circuit.Fed();

        circuit.Show<Avatar>(avatar => avatar.Add(a => a.Id, Id).Add(a => a.Name, name));

        Assert.Equal(initials, circuit.Find(".avatar").TextContent);
    }

    [Fact]
    public async Task Its_colour_is_the_persons_whatever_he_is_called()
    {
        await using var circuit = Circuit.Fed();

        circuit.Show<Avatar>(avatar => avatar.Add(a => a.Id, Id).Add(a => a.Name, "ada"));
        Assert.Contains("c2", circuit.Find(".avatar").ClassList);
        circuit.Show<Avatar>(avatar => avatar.Add(a => a.Id, Id).Add(a => a.Name, "someone else"));
        Assert.Contains("c2", circuit.Find(".avatar").ClassList);
    }

    [Fact]
    public async Task A_picture_covers_the_initials_as_soon_as_it_is_known_and_as_long_as_there_is_one()
    {
        await using var circuit = Circuit.Fed(Feed.Welcome());
        circuit.Show<Avatar>(avatar => avatar.Add(a => a.Id, Feed.Ben.Id).Add(a => a.Name, "ben"));
        Assert.Empty(circuit.All(".avatar img"));

        await circuit.Feed(Told(Feed.Ben, "/api/avatars/1"));
        Assert.Equal("/api/avatars/1", circuit.Find(".avatar img").GetAttribute("src"));
        Assert.Equal("", circuit.Find(".avatar img").GetAttribute("alt"));
        Assert.Equal("B", circuit.Find(".avatar").TextContent);
        await circuit.Feed(Told(Feed.Ben, "/api/avatars/2"));
        Assert.Equal("/api/avatars/2", circuit.Find(".avatar img").GetAttribute("src"));
        await circuit.Feed(Told(Feed.Cleo, "/api/avatars/3"));
        Assert.Equal("/api/avatars/2", circuit.Find(".avatar img").GetAttribute("src"));
        await circuit.Feed(Told(Feed.Ben, null));
        Assert.Empty(circuit.All(".avatar img"));
    }

    [Fact]
    public async Task Who_is_only_named_is_looked_up_for_his_picture()
    {
        var (ada, ben) = (await shared.Server.User(), await shared.Server.User());
        var url = (await ben.PutAvatar(Pictures.Photo())).Is(200).Text("avatarUrl");
        await using var circuit = await Circuit.Of(ada);
        circuit.Show<Avatar>(avatar => avatar.Add(a => a.Id, Guid.Parse(ben.Id)).Add(a => a.Name, ben.Name));
        await circuit.See(() => Assert.Equal(url, circuit.Find(".avatar img").GetAttribute("src")));
    }

    private static UserFrame Told(UserRef user, string? picture) => new(new UserInfo(user.Id, user.Name, user.Name, Feed.Morning) { AvatarUrl = picture });

    [Fact]
    public async Task Initials_are_decoration_and_presence_is_read_out()
    {
        await using var circuit = Circuit.Fed();

        circuit.Show<Avatar>(avatar => avatar.Add(a => a.Id, Id).Add(a => a.Name, "ada"));
        Assert.Equal("", circuit.Text);
        circuit.Show<Avatar>(avatar => avatar.Add(a => a.Id, Id).Add(a => a.Name, "ada").Add(a => a.Presence, "away"));
        Assert.Equal("away", circuit.Text);
    }
}
