using Chatter.App.Components.Messages;
using Chatter.App.Tests.Components.Support;
using Xunit;

namespace Chatter.App.Tests.Components.Messages;

public sealed class AvatarTests
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
    public async Task Initials_are_decoration_and_presence_is_read_out()
    {
        await using var circuit = Circuit.Fed();

        circuit.Show<Avatar>(avatar => avatar.Add(a => a.Id, Id).Add(a => a.Name, "ada"));
        Assert.Equal("", circuit.Text);
        circuit.Show<Avatar>(avatar => avatar.Add(a => a.Id, Id).Add(a => a.Name, "ada").Add(a => a.Presence, "away"));
        Assert.Equal("away", circuit.Text);
    }
}
