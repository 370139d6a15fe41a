using System.Net;
using Chatter.Chat.Gateway;
using Chatter.Chat.Settings;
using Chatter.Chat.Tests.Support;
using Microsoft.Extensions.Options;
using Xunit;

namespace Chatter.Chat.Tests.Security;

/// <summary>Who is calling: what listed proxies say counts, what anybody else says doesn't.</summary>
public sealed class ProxiesTests
{
    private const string Site = "chat.example.org";

    [Theory]
    [InlineData("10.1.2.3", true)]
    [InlineData("::ffff:10.1.2.3", true)]
    [InlineData("11.0.0.1", false)]
    [InlineData("127.0.0.1", true)]
    [InlineData("127.0.0.2", false)]
    [InlineData("2001:db8::1", true)]
    [InlineData("2001:db9::1", false)]
    [InlineData(null, false)]
    public void Addresses_and_networks_are_listed(string? peer, bool listed) =>
        Assert.Equal(listed, Of("10.0.0.0/8", "127.0.0.1", "2001:db8::/32").Contains(peer is null ? null : IPAddress.Parse(peer)));

    [Fact]
    public void Unix_sockets_are_listed_by_their_name() => Assert.True(Of(NetworksAttribute.UnixSocket).Contains(null));

    [Theory]
    [InlineData("192.0.2.7", true)]
    [InlineData("10.0.0.0/8", true)]
    [InlineData("2001:db8::7", true)]
    [InlineData("unix", true)]
    [InlineData("", false)]
    [InlineData("10.1", false)]
    [InlineData("1", false)]
    [InlineData("10.0.0.1/8", true)]
    [InlineData("10.0.0.0/33", false)]
    [InlineData("10.0/16", false)]
    [InlineData("fe80::1%lo", false)]
    [InlineData("localhost", false)]
    [InlineData("127.0.0.1, 127.0.0.2", false)]
    public void Only_whole_addresses_and_networks_are_entries(string entry, bool valid) => Assert.Equal(valid, new NetworksAttribute().IsValid(new[] { entry }));

    [Theory]
    [InlineData("198.51.100.7", "198.51.100.7")]
    [InlineData("6.6.6.6, 198.51.100.7", "198.51.100.7")] // What the caller said of itself, and the proxy's addition.
    [InlineData("6.6.6.6, 198.51.100.7, 10.0.0.9", "198.51.100.7")] // A chain of listed ones.
    [InlineData("127.0.0.1, 198.51.100.7", "198.51.100.7")]
    [InlineData("2001:db8:1:2:3::4", "2001:db8:1:2::/64")]
    [InlineData("198.51.100.7:4711", "198.51.100.7")]
    [InlineData("nonsense", "127.0.0.1")]
    public async Task The_caller_is_the_nearest_hop_that_is_not_listed(string forwarded, string address)
    {
        await using var server = await Behind("127.0.0.1", "10.0.0.0/8");
        var ada = await server.User();
        var token = (await server.Call(HttpMethod.Post, "/api/login", new { name = ada.Name, password = ada.Password }, null, ("X-Forwarded-For", forwarded))).Is(200).Text("token");

        var sessions = (await server.Call(HttpMethod.Get, "/api/me/sessions", null, token)).Is(200).List("sessions");

        Assert.Equal(address, sessions.Single(static session => session.Field("current").GetBoolean()).Text("address"));
        Assert.Contains(server.Log.Lines, line => line.Contains($"logged in from {address.Split("::/")[0]}", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Requests_and_sockets_count_by_the_caller_and_connections_of_a_listed_proxy_in_all_only()
    {
        await using var server = await Behind(
            ["127.0.0.1"], static s => (s["Chatter:Limits:SocketsPerAddress"], s["Chatter:Limits:ConnectionsPerAddress"]) = ("2", "1"));
        var sockets = new List<TcpWebSocket>();
        try
        {
            for (var i = 1; i <= 4; i++)
            {
                // Eight connections of one proxy, which as one address could have three.
                for (var j = 0; j < 2; j++)
                {
                    sockets.Add(await TcpWebSocket.Connect(server, $"X-Forwarded-For: 198.51.100.{i}"));
                    Assert.Equal(101, sockets[^1].Status);
                }
            }
            await using var third = await TcpWebSocket.Connect(server, "X-Forwarded-For: 198.51.100.1");
            Assert.Equal(503, third.Status);
        }
        finally
        {
            foreach (var socket in sockets) await socket.DisposeAsync();
        }
    }

    [Fact]
    public async Task Behind_TLS_the_pages_socket_is_opened_by_cookie_from_the_sites_own_origin()
    {
        await using var server = await Behind("127.0.0.1");
        var ada = await server.User();
        (string, string)[] proxied = [("X-Forwarded-For", "198.51.100.7"), ("X-Forwarded-Proto", "https"), ("X-Forwarded-Host", Site), ("Cookie", $"__Host-chatter={ada.Token}")];

        Assert.Equal(101, await RawSocket.TryOpen(server, null, [.. proxied, ("Origin", $"https://{Site}")]));
        Assert.Equal(403, await RawSocket.TryOpen(server, null, [.. proxied, ("Origin", $"http://{Site}")]));
        Assert.Equal(403, await RawSocket.TryOpen(server, null, [.. proxied, ("Origin", $"https://{server.Address.Authority}")]));
    }

    [Fact]
    public async Task What_a_stranger_says_is_ignored_and_warned_of_once()
    {
        await using var server = await Behind("10.0.0.1");
        var ada = await server.User();
        for (var i = 0; i < 3; i++)
        {
            var token = (await server.Call(
                HttpMethod.Post, "/api/login", new { name = ada.Name, password = ada.Password }, null,
                ("X-Forwarded-For", $"198.51.100.{i}"), ("X-Forwarded-Proto", "https"), ("Forwarded", "for=198.51.100.7;proto=https"))).Is(200).Text("token");
            var sessions = (await server.Call(HttpMethod.Get, "/api/me/sessions", null, token)).Is(200).List("sessions");
            Assert.Equal("127.0.0.1", sessions.Single(static session => session.Field("current").GetBoolean()).Text("address"));
        }
        // Nor does a foreign origin become the site's by them.
        Assert.Equal(403, await RawSocket.TryOpen(
            server, null, ("Cookie", $"chatter={ada.Token}"), ("X-Forwarded-Host", Site), ("X-Forwarded-Proto", "https"), ("Origin", $"https://{Site}")));

        var warning = Assert.Single(server.Log.Lines, static line => line.Contains("looks like a proxy", StringComparison.Ordinal));
        Assert.Contains("Chatter__Proxies__0=127.0.0.1", warning, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("X-Forwarded-Proto")]
    [InlineData("X-Forwarded-Host")]
    [InlineData("Forwarded")]
    public async Task Any_header_of_a_proxys_is_warned_of(string header)
    {
        await using var server = await ChatServer.Start();

        Assert.Equal(200, (await server.Call(HttpMethod.Get, "/health/live", null, null, (header, "x"))).Status);

        Assert.Single(server.Log.Lines, line => line.Contains($"sends {header} and looks like a proxy", StringComparison.Ordinal));
    }

    private static Proxies Of(params string[] entries) => new(Options.Create(new ServerSettings { Proxies = entries }));

    private static Task<ChatServer> Behind(params string[] proxies) => Behind(proxies, static _ => { });

    private static Task<ChatServer> Behind(string[] proxies, Action<IDictionary<string, string?>> settings) => ChatServer.Start(s =>
    {
        for (var i = 0; i < proxies.Length; i++) s[$"Chatter:Proxies:{i}"] = proxies[i];
        settings(s);
    });
}
