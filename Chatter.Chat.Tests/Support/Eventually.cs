using Xunit;

namespace Chatter.Chat.Tests.Support;

/// <summary>Asks again until the answer is the one promised, for what nobody is told of when it happens.</summary>
internal static class Eventually
{
    public static async Task Equal<T>(T expected, Func<Task<T>> ask)
    {
        var start = TimeProvider.System.GetTimestamp();
        while (true)
        {
            var actual = await ask();
            if (EqualityComparer<T>.Default.Equals(expected, actual)) return;
            if (TimeProvider.System.GetElapsedTime(start) > Patience.Frame) Assert.Equal(expected, actual);
            await Task.Delay(20, TestContext.Current.CancellationToken);
        }
    }
}
