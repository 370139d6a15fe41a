using Chatter.App.Startup;
using Xunit;

namespace Chatter.App.Tests.Startup;

public sealed class RuntimeFloorTests
{
    [Theory]
    [InlineData("10.0.0", true)]
    [InlineData("10.0.11", true)]
    [InlineData("10.0.12", false)]
    [InlineData("10.0.14", false)]
    [InlineData("11.0.0", false)]
    public void An_older_runtime_is_warned_of(string running, bool warned)
    {
        var said = RuntimeFloor.Judge(Version.Parse(running));

        Assert.Equal(warned, said is not null);
        if (warned) Assert.Contains("10.0.12", said, StringComparison.Ordinal);
    }
}
