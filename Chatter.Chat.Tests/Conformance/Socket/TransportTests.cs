using System.Net;
using Chatter.Chat.Tests.Support;
using Xunit;

namespace Chatter.Chat.Tests.Conformance.Socket;

/// <summary>The same socket over TLS and over HTTP/2 (RFC 8441), where writing past the framework would garble the stream.</summary>
public sealed class TransportTests
{
    [Theory]
    [InlineData("1.1")]
    [InlineData("2.0")]
    public async Task Over_TLS_everything_is_as_over_TCP(string version)
    {
        await using var server = await ChatServer.Start(tls: true);
        var ada = await server.User();
        var room = await ada.CreateRoom();
        var http = Version.Parse(version);
        await using var writer = await RawSocket.Open(server, http: http, subProtocol: "chatter.v1.json");
        await using var slow = await RawSocket.Open(server, ada.Token, receiveBuffer: RawSocket.SmallBuffer, http: http);
        Assert.Equal("chatter.v1.json", writer.SubProtocol);
        await writer.Hello(ada.Token);
        await slow.Hello(null);
        slow.StopReading();
        for (var i = 0; i < 400; i++) await writer.Send(new { type = "send", room, text = $"{i} " + new string('x', 6_000), nonce = $"n{i}" });
        await writer.EventsTo(room, 401, Patience.Bulk);
        slow.ReadAgain();
        var events = await slow.EventsTo(room, 401, Patience.Bulk);
        Assert.Equal(Enumerable.Range(2, 400).Select(static i => (long)i), events.Select(static e => e.Number("seq")));
        await writer.Settle();
        await ada.Post("/api/logout");
        Assert.Equal(4401, await slow.Closed());
        Assert.Equal(4401, await writer.Closed());
        Assert.Empty(server.Log.Errors);
    }

    [Fact]
    public async Task Refusals_over_HTTP_2_are_statuses_too()
    {
        await using var server = await ChatServer.Start(tls: true);
        var refused = await Assert.ThrowsAsync<System.Net.WebSockets.WebSocketException>(() => RawSocket.Open(server, "nonsense", http: HttpVersion.Version20));
        Assert.Contains("401", refused.Message + refused.InnerException?.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Over_TLS_the_cookie_has_the_strict_name()
    {
        await using var server = await ChatServer.Start(tls: true);
        var ada = await server.User();
        var reply = await server.Call(HttpMethod.Get, "/api/me", null, null, ("Cookie", "__Host-chatter=" + ada.Token));
        Assert.Equal(ada.Id, reply.Is(200).Field("user").Text("id"));
        var origin = server.Address.GetLeftPart(UriPartial.Authority);
        await using var own = await RawSocket.Open(server, headers: [("Cookie", "__Host-chatter=" + ada.Token), ("Origin", origin)]);
        await own.Hello(null);
        await Assert.ThrowsAsync<System.Net.WebSockets.WebSocketException>(() =>
            RawSocket.Open(server, headers: [("Cookie", "__Host-chatter=" + ada.Token), ("Origin", origin.Replace("https", "http", StringComparison.Ordinal))]));
    }
}
