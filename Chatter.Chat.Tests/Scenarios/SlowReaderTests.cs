using System.Globalization;
using Chatter.Chat.Tests.Support;
using Xunit;

namespace Chatter.Chat.Tests.Scenarios;

/// <summary>One of many sockets in a room stops reading (docs/protocol.md §4.3).</summary>
public sealed class SlowReaderTests
{
    [Fact]
    public async Task One_of_300_sockets_stops_reading_the_others_notice_nothing_and_it_misses_nothing()
    {
        const int messages = 1_000;
        await using var server = await ChatServer.Start(static s =>
        {
            s["Chatter:Socket:SendBuffer"] = "4096";
            s["Chatter:Engine:TailEvents"] = "64";
        });
        var ada = await server.User();
        var room = await ada.CreateRoom();
        var readers = new List<RawSocket>();
        for (var i = 0; i < 6; i++)
        {
            var user = await server.User();
            await user.Join(room);
            for (var j = 0; j < 50; j++) readers.Add(await user.Connect(receiveBuffer: readers.Count == 0 ? RawSocket.SmallBuffer : null));
        }
        var first = readers.Max(static r => r.Welcome.List("rooms")[0].Number("last")) + 1;
        foreach (var reader in readers) await reader.EventsTo(room, reader.Welcome.List("rooms")[0].Number("last") == first - 1 ? 0 : first - 1);
        var (slow, others) = (readers[0], readers.Skip(1).ToList());
        slow.StopReading();
        await using var writer = await ada.Connect();
        for (var i = 0; i < messages; i++) await writer.Send(new { type = "send", room, text = i.ToString(CultureInfo.InvariantCulture).PadRight(300, 'x'), nonce = $"n{i}" });
        var last = first + messages - 1;
        await Task.WhenAll(others.Select(r => r.EventsTo(room, last, Patience.Bulk)));
        Assert.InRange(slow.Events(room).Count, 0, messages / 2);
        slow.ReadAgain();
        await slow.EventsTo(room, last, Patience.Bulk);
        var expected = Enumerable.Range(0, messages).Select(static i => i.ToString(CultureInfo.InvariantCulture).PadRight(300, 'x')).ToList();
        foreach (var reader in readers)
        {
            var events = reader.Events(room);
            Assert.Equal(Enumerable.Range((int)events[0].Number("seq"), events.Count).Select(static i => (long)i), events.Select(static e => e.Number("seq")));
            Assert.Equal(expected, events.Where(static e => e.Is("kind", "message")).Select(static e => e.Text("text")));
            Assert.DoesNotContain(reader.Frames, static f => f.Text("type") is "reset" or "error");
        }
        Assert.Empty(server.Log.Errors);
        foreach (var reader in readers) await reader.DisposeAsync();
    }
}
