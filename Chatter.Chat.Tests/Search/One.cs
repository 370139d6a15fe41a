using CsCheck;

namespace Chatter.Chat.Tests.Search;

internal static class One
{
    /// <summary>One of these.</summary>
    public static Gen<T> Of<T>(params T[] values) => Gen.Int[0, values.Length - 1].Select(i => values[i]);
}
