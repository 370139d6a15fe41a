using Chatter.App.Components.Pages;
using Chatter.App.Tests.Components.Support;
using Xunit;

namespace Chatter.App.Tests.Components.Pages;

/// <summary>The pages of what isn't there and of what failed: both lead on.</summary>
public sealed class NothingHereTests
{
    [Fact]
    public async Task An_unknown_address_leads_to_the_rooms()
    {
        await using var circuit = Circuit.Fed();

        circuit.Show<NotFound>();

        Assert.Equal("There is nothing at this address", circuit.Find("h1").Said());
        Assert.Equal("", circuit.Control("Go to your rooms").GetAttribute("href"));
        Assert.Equal("Not found · Chatter", circuit.Title);
    }

    [Fact]
    public async Task A_failure_is_said_to_be_ours_and_can_be_tried_again()
    {
        await using var circuit = Circuit.Fed();

        circuit.Show<Error>();

        Assert.Equal("Something went wrong on our side It has been noted. Try again .", circuit.Text);
        Assert.Equal("", circuit.Control("Try again").GetAttribute("href"));
        Assert.Equal("Error · Chatter", circuit.Title);
    }
}
