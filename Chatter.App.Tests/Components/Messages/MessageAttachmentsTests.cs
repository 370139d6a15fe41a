using Bunit;
using Chatter.App.Components.Messages;
using Chatter.App.Session;
using Chatter.App.Tests.Components.Support;
using Chatter.App.Tests.Markup;
using Chatter.App.Tests.Session;
using Chatter.Chat.Protocol;
using Xunit;

namespace Chatter.App.Tests.Components.Messages;

public sealed class MessageAttachmentsTests
{
    private static readonly Guid Room = Guid.CreateVersion7();

    [Fact]
    public async Task A_picture_is_shown_small_in_the_room_that_it_needs_and_leads_to_itself()
    {
        await using var circuit = Circuit.Fed();
        var picture = Picture("tomatoes.jpg", 4000, 3000, 800, 600);

        Show(circuit, picture);

        var image = circuit.Find(".picture img");
        Assert.Equal(($"/api/rooms/{Room}/attachments/{picture.Id}/thumbnail", "400", "300", "tomatoes.jpg", "lazy"),
            (image.GetAttribute("src"), image.GetAttribute("width"), image.GetAttribute("height"), image.GetAttribute("alt"), image.GetAttribute("loading")));
        var link = circuit.Find(".picture");
        Assert.Equal(($"/api/rooms/{Room}/attachments/{picture.Id}", "_blank", "noopener", "4000", "3000"),
            (link.GetAttribute("href"), link.GetAttribute("target"), link.GetAttribute("rel"), link.GetAttribute("data-width"), link.GetAttribute("data-height")));
        Assert.Empty(circuit.All(".file, .several"));
    }

    [Theory]
    [InlineData(150, 600, 75, 300)]
    [InlineData(800, 1, 400, 1)]
    [InlineData(20, 10, 20, 10)]
    public async Task No_picture_is_larger_than_itself_or_than_there_is_room(int width, int height, int shownWidth, int shownHeight)
    {
        await using var circuit = Circuit.Fed();
        Show(circuit, Picture("a.png", width, height, width, height));
        var image = circuit.Find(".picture img");
        Assert.Equal((shownWidth.ToString(System.Globalization.CultureInfo.InvariantCulture), shownHeight.ToString(System.Globalization.CultureInfo.InvariantCulture)), (image.GetAttribute("width"), image.GetAttribute("height")));
    }

    [Fact]
    public async Task Several_pictures_are_a_row_of_one_height()
    {
        await using var circuit = Circuit.Fed();
        Show(circuit, Picture("a.png", 800, 600, 800, 600), Picture("b.png", 10, 600, 10, 600), Picture("c.png", 6000, 60, 800, 8));
        Assert.Equal([("213", "160"), ("90", "160"), ("284", "160")], circuit.All(".several img").Select(static i => (i.GetAttribute("width"), i.GetAttribute("height"))));
    }

    [Fact]
    public async Task A_film_moves_only_for_who_does_not_mind_and_a_large_one_for_nobody()
    {
        await using var circuit = Circuit.Fed();
        var (small, large) = (Picture("a.gif", 10, 10, 10, 10) with { Type = "image/gif" }, Picture("b.gif", 10, 10, 10, 10) with { Type = "image/gif", Size = 5_000_000 });
        Show(circuit, small, large);
        Assert.Equal("(prefers-reduced-motion: reduce)", circuit.Find("source").GetAttribute("media"));
        Assert.EndsWith(small.Id.ToString(), circuit.Find("picture img").GetAttribute("src"), StringComparison.Ordinal);
        Assert.EndsWith(large.Id + "/thumbnail", circuit.All("img")[1].GetAttribute("src"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(5, "5 B")]
    [InlineData(183_000, "183 KB")]
    [InlineData(999_499, "999 KB")]
    [InlineData(4_300_000, "4.3 MB")]
    [InlineData(1_073_741_824, "1.1 GB")]
    public async Task Everything_else_is_its_name_and_size_to_be_saved(long size, string shown)
    {
        await using var circuit = Circuit.Fed();
        var file = new AttachmentInfo(Guid.CreateVersion7(), "notes.pdf", "application/pdf", size);
        Show(circuit, file);
        Assert.Equal($"notes.pdf {shown}", circuit.Find(".file").Said());
        Assert.Equal(($"/api/rooms/{Room}/attachments/{file.Id}", "notes.pdf", $"notes.pdf, {shown}, save"),
            (circuit.Find(".file").GetAttribute("href"), circuit.Find(".file").GetAttribute("download"), circuit.Find(".file").GetAttribute("aria-label")));
        Assert.Empty(circuit.All("img"));
    }

    [Fact]
    public async Task A_picture_without_a_thumbnail_is_a_file()
    {
        await using var circuit = Circuit.Fed();
        Show(circuit, new AttachmentInfo(Guid.CreateVersion7(), "large.png", "image/png", 9));
        Assert.Empty(circuit.All("img"));
        Assert.Single(circuit.All(".file"));
    }

    [Fact]
    public async Task Names_are_text_whatever_is_in_them()
    {
        await using var circuit = Circuit.Fed();
        // HTML has no place for control characters, and no name that the server gives has any.
        foreach (var name in HostileTexts.All.Select(static text => new string([.. text.Where(static c => !char.IsControl(c))])))
        {
            Show(circuit, new AttachmentInfo(Guid.CreateVersion7(), name, "application/octet-stream", 1), Picture(name, 1, 1, 1, 1));
            Assert.Equal(name, string.Concat(circuit.All(".file-name span").Select(static span => span.TextContent)));
            Assert.Equal(name, circuit.Find("img").GetAttribute("alt"));
            Assert.All(circuit.All("a"), static link => Assert.StartsWith("/api/rooms/", link.GetAttribute("href"), StringComparison.Ordinal));
            Assert.Equal((1, 2), (circuit.All("img").Count, circuit.All("a").Count));
            Assert.DoesNotContain(circuit.All("*"), static e => e.LocalName is "script" or "iframe" or "style" or "object");
        }
    }

    [Fact]
    public async Task A_message_of_files_alone_has_no_text_and_a_deleted_one_no_files()
    {
        var garden = new Feed();
        await using var circuit = Circuit.Fed(Feed.Welcome(garden.Entry()));
        var room = circuit.State.Find(garden.Room)!;
        var message = garden.Message(1, text: "") with { Attachments = [Picture("a.png", 10, 10, 10, 10)] };
        room.Window.Offer(message, following: true);
        MessageRow Row() => LogRows.Build(room, Feed.Me, TimeZoneInfo.Utc, Feed.Morning).OfType<MessageRow>().Single();

        circuit.Show<LogMessage>(shown => shown.Add(m => m.Row, Row()));
        Assert.Empty(circuit.All(".text"));
        Assert.Single(circuit.All(".picture"));
        Assert.Equal("a.png", Quote.Of(message).Text);

        var folded = MessageFold.Apply(message, garden.Deleted(2, message), Feed.Me.Id);
        Assert.Null(folded.Attachments);
    }

    [Fact]
    public void A_message_on_its_way_shows_its_files()
    {
        var garden = new Feed();
        var room = garden.State();
        room.AddPending(Feed.Pending("n1", "") with { Attachments = [Picture("a.png", 10, 10, 10, 10)] });
        var row = LogRows.Build(room, Feed.Me, TimeZoneInfo.Utc, Feed.Morning).OfType<MessageRow>().Single();
        Assert.Equal((garden.Room, 1), (row.Room, row.Attachments?.Count));
    }

    private static AttachmentInfo Picture(string name, int width, int height, int smallWidth, int smallHeight) =>
        new(Guid.CreateVersion7(), name, "image/png", 9) { Width = width, Height = height, Thumbnail = new ThumbnailInfo(smallWidth, smallHeight) };

    private static void Show(Circuit circuit, params AttachmentInfo[] files) =>
        circuit.Show<MessageAttachments>(shown => shown.Add(m => m.Room, Room).Add(m => m.Attachments, files));
}
