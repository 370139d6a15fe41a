using Chatter.Chat.Tests.Support;
using Xunit;

namespace Chatter.Chat.Tests.Security;

/// <summary>An opaque cursor that no answer gave is a wrong value like others, wherever there are cursors.</summary>
public sealed class CursorTests(SharedServer shared)
{
    private static readonly string[] Lists = ["/api/rooms?", "/api/rooms/{room}/members?", "/api/rooms/{room}/pins?", "/api/mentions?", "/api/saved?", "/api/search?q=y&"];

    [Theory]
    [InlineData("x")]
    [InlineData("0")]
    [InlineData("A")]
    [InlineData("-1")]
    [InlineData("😀")]
    [InlineData("=")]
    [InlineData("====")]
    [InlineData("a b c")]
    [InlineData("AAAAAAAAAAA%")]
    [InlineData("__________8")]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAA==")]
    public async Task A_cursor_that_is_none_is_invalid(string cursor)
    {
        var ada = await shared.Server.User();
        var room = await ada.CreateRoom();
        foreach (var list in Lists)
        {
            var reply = await ada.Get($"{list.Replace("{room}", room, StringComparison.Ordinal)}after={Uri.EscapeDataString(cursor)}");
            // Some of them decode to a place, which is one like others.
            if (reply.Status != 200 || cursor.Length < 4) reply.Refused(422, "invalid");
        }
        // This one's is a name.
        (await ada.Get($"/api/users?search=a&after={Uri.EscapeDataString(cursor)}")).Is(200);
    }
}
