using Chatter.App.Components.Connection;
using Chatter.App.Tests.Components.Support;
using Chatter.App.Tests.Session;
using Chatter.Chat.Client;
using Xunit;

namespace Chatter.App.Tests.Components.Connection;

public sealed class ConnectionBannerTests
{
    [Theory]
    [InlineData(ConnectionState.Connecting, false)]
    [InlineData(ConnectionState.Online, false)]
    [InlineData(ConnectionState.Reconnecting, true)]
    [InlineData(ConnectionState.SignedOut, false)]
    public async Task It_is_shown_while_the_connection_is_lost(ConnectionState connection, bool shown)
    {
        await using var circuit = Circuit.Fed(Feed.Welcome());
        circuit.Show<ConnectionBanner>();

        await circuit.Do(() => circuit.State.SetConnection(connection));

        Assert.Equal(shown, circuit.Find("[role=status]").ClassList.Contains("lost"));
        Assert.Equal("Reconnecting… your messages will be sent", circuit.Find("[role=status]").Said());
    }

    [Fact]
    public async Task It_comes_and_goes_with_the_connection()
    {
        await using var circuit = Circuit.Fed(Feed.Welcome());
        circuit.Show<ConnectionBanner>();

        await circuit.Do(() => circuit.State.SetConnection(ConnectionState.Reconnecting));
        await circuit.Do(() => circuit.State.SetConnection(ConnectionState.Online));

        Assert.Empty(circuit.All(".banner.lost"));
    }
}
