using Chatter.App.Components.Layout;
using Chatter.App.Tests.Components.Support;
using Xunit;

namespace Chatter.App.Tests.Components.Layout;

public sealed class AccountLayoutTests
{
    [Fact]
    public async Task Its_page_stands_in_the_main_part_below_the_name()
    {
        await using var circuit = Circuit.Fed();

        circuit.Show<AccountLayout>(layout => layout.Add(l => l.Body, static page => page.AddMarkupContent(0, "<h1>Log in</h1>")));

        Assert.Equal("Chatter Log in", circuit.Find("main").Said());
    }
}
