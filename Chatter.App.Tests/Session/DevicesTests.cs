using Chatter.App.Session;
using Xunit;

namespace Chatter.App.Tests.Session;

public sealed class DevicesTests
{
    [Theory]
    [InlineData("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox on Linux", false)]
    [InlineData("Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36 Edg/140.0.0.0", "Edge on Windows", false)]
    [InlineData("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/19.0 Safari/605.1.15", "Safari on Mac", false)]
    [InlineData("Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/19.0 Mobile/15E148 Safari/604.1", "Safari on iPhone", true)]
    [InlineData("Mozilla/5.0 (Linux; Android 16; Pixel 9) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Mobile Safari/537.36", "Chrome on Android", true)]
    [InlineData("Mozilla/5.0 (compatible)", "A browser", false)]
    [InlineData("Ada's telephone", "Ada's telephone", false)]
    [InlineData(null, null, false)]
    public void A_browser_is_told_in_few_words_and_what_is_none_as_it_is(string? agent, string? name, bool handheld)
    {
        Assert.Equal((name, handheld), (Devices.Name(agent), Devices.IsHandheld(name)));
        Assert.Equal(name, Devices.Name(Devices.Name(agent)));
    }
}
