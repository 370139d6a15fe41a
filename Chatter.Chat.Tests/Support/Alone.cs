using Xunit;

namespace Chatter.Chat.Tests.Support;

/// <summary>For tests that measure the process: nothing else runs beside them.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class Alone
{
    public const string Name = "Alone";
}
