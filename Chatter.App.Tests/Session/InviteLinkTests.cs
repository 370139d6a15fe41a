using Chatter.App.Session;
using CsCheck;
using Xunit;

namespace Chatter.App.Tests.Session;

public sealed class InviteLinkTests
{
    private const string Room = "0198c1a0-0000-7000-8000-00000000000a";

    [Theory]
    [InlineData($"https://chat.example/join/{Room}/c0-d_E")]
    [InlineData($"  http://localhost:8080/join/{Room}/c0-d_E/\n")]
    [InlineData($"{Room}/c0-d_E")]
    [InlineData("0198C1A0-0000-7000-8000-00000000000A/c0-d_E")]
    public void A_link_or_its_last_two_parts_is_an_invite(string pasted) =>
        Assert.Equal(new InviteLink(Guid.Parse(Room), "c0-d_E"), InviteLink.Parse(pasted));

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("garden")]
    [InlineData(Room)]
    [InlineData($"{Room}/")]
    [InlineData($"{Room}/not a code")]
    [InlineData($"x{Room}/code")]
    [InlineData($"{Room}/code/more")]
    public void Anything_else_is_none(string? pasted) => Assert.Null(InviteLink.Parse(pasted));

    [Fact]
    public void What_is_handed_on_is_read_back()
    {
        var codes = Gen.Char["ABCxyz019-_"].Array[1, 128].Select(static code => new string(code));
        Gen.Select(Gen.Guid, codes).Sample(static (room, code) =>
        {
            var link = new InviteLink(room, code);
            Assert.Equal(link, InviteLink.Parse("https://chat.example/" + link.Path));
        });
    }
}
