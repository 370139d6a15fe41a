using Chatter.App.Components.Messages;
using Chatter.App.Tests.Components.Support;
using Chatter.App.Tests.Session;
using Chatter.Chat.Protocol;
using Xunit;

namespace Chatter.App.Tests.Components.Messages;

/// <summary>A message in the inbox, among the saved and the pinned.</summary>
public sealed class ListedMessageTests
{
    private static readonly RoomEvent Message =
        new(Guid.CreateVersion7(), 7, Guid.CreateVersion7(), Feed.Morning, EventKinds.Message) { From = new UserRef(Guid.CreateVersion7(), "ben"), Text = "buy **my** tomatoes" };

    [Fact]
    public async Task It_says_who_wrote_what_in_a_line_and_leads_there()
    {
        await using var circuit = Circuit.Fed();
        circuit.Show<ListedMessage>(listed => listed.Add(static one => one.Message, Message));
        Assert.Equal($"rooms/{Message.Room}?at=7", circuit.Find(".listed").GetAttribute("href"));
        Assert.Equal(["ben"], circuit.Said(".author"));
        Assert.Equal(["buy my tomatoes"], circuit.Said(".listed-text"));
    }

    [Fact]
    public async Task What_was_deleted_says_so_whoever_wrote_it()
    {
        await using var circuit = Circuit.Fed();
        await circuit.Feed(new BlockFrame(Message.From!, On: true));
        circuit.Show<ListedMessage>(static listed => listed.Add(static one => one.Message, Message with { Text = null, Redacted = true }));
        Assert.Equal(["This message was deleted"], circuit.Said(".listed-text"));
    }

    [Fact]
    public async Task Of_somebody_who_is_blocked_no_word_is_shown()
    {
        await using var circuit = Circuit.Fed();
        await circuit.Feed(new BlockFrame(Message.From!, On: true));
        circuit.Show<ListedMessage>(static listed => listed.Add(static one => one.Message, Message));
        Assert.Equal(["Message of somebody you blocked"], circuit.Said(".listed-text"));
        Assert.DoesNotContain("tomatoes", circuit.Text, StringComparison.Ordinal);
    }
}
