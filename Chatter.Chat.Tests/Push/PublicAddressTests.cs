using System.Net;
using Chatter.Chat.Push;
using Chatter.Chat.Settings;
using Xunit;

namespace Chatter.Chat.Tests.Push;

public sealed class PublicAddressTests
{
    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("0.0.0.0")]
    [InlineData("10.0.0.1")]
    [InlineData("100.64.0.1")]
    [InlineData("169.254.169.254")]
    [InlineData("172.16.0.1")]
    [InlineData("172.31.255.255")]
    [InlineData("192.168.1.1")]
    [InlineData("198.18.0.1")]
    [InlineData("224.0.0.1")]
    [InlineData("255.255.255.255")]
    [InlineData("::")]
    [InlineData("::1")]
    [InlineData("::ffff:127.0.0.1")]
    [InlineData("::ffff:10.0.0.1")]
    [InlineData("::127.0.0.1")]
    [InlineData("fc00::1")]
    [InlineData("fd12:3456::1")]
    [InlineData("fe80::1")]
    [InlineData("ff02::1")]
    [InlineData("64:ff9b::a00:1")]
    [InlineData("2002:a00:1::")]
    [InlineData("2001::1")]
    [InlineData("2001:db8::1")]
    public void Nothing_is_pushed_to_what_is_not_public(string address)
    {
        Assert.False(PublicAddress.Is(IPAddress.Parse(address)));
        Assert.Null(PushSubscription.ReadEndpoint($"https://{(address.Contains(':', StringComparison.Ordinal) ? $"[{address}]" : address)}/push", new PushSettings()));
    }

    [Theory]
    [InlineData("1.1.1.1")]
    [InlineData("172.32.0.1")]
    [InlineData("192.0.1.1")]
    [InlineData("::ffff:8.8.8.8")]
    [InlineData("2606:4700::1111")]
    [InlineData("2a00:1450:4001::1")]
    public void What_is_public_may_be_pushed_to(string address) => Assert.True(PublicAddress.Is(IPAddress.Parse(address)));

    [Theory]
    [InlineData("http://push.example.net/x")]
    [InlineData("ftp://push.example.net/x")]
    [InlineData("file:///etc/passwd")]
    [InlineData("https://user:password@push.example.net/x")]
    [InlineData("https://2130706433/x")]
    [InlineData("https://0x7f.1/x")]
    [InlineData("/push")]
    [InlineData("")]
    public void Only_https_addresses_are_taken(string endpoint) => Assert.Null(PushSubscription.ReadEndpoint(endpoint, new PushSettings()));

    [Fact]
    public async Task A_name_that_means_a_private_address_is_not_connected_to() =>
        await Assert.ThrowsAsync<PushForbiddenException>(async () => await PublicAddress.Connect(new DnsEndPoint("localhost", 443), allowPrivate: false, TestContext.Current.CancellationToken));

    /// <summary>Else the server could be made to knock at any port of anybody's.</summary>
    [Theory]
    [InlineData("https://push.example/1", true)]
    [InlineData("https://push.example:443/1", true)]
    [InlineData("https://push.example:8443/1", true)]
    [InlineData("https://push.example:22/1", false)]
    [InlineData("https://1.1.1.1:25/1", false)]
    public void S20_only_port_443_and_those_that_are_allowed_are_taken(string endpoint, bool taken) =>
        Assert.Equal(taken, PushSubscription.ReadEndpoint(endpoint, new PushSettings { Ports = [8443] }) is not null);
}
