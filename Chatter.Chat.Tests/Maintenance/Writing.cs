using Chatter.Chat.Protocol;
using Chatter.Chat.Rooms;
using Chatter.Chat.Tests.Support;

namespace Chatter.Chat.Tests.Maintenance;

/// <summary>Somebody who writes as fast as the store takes it.</summary>
internal static class Writing
{
    private const int UnderWay = 256;

    public static async Task<(UserRef User, Guid Room)> Begin(TestStore store)
    {
        var user = await store.AddUser("ada");
        return (await store.Writer.Do(new CreateRoom(user, "garden", "", false, 100))).Is(out var room, out var refusal)
            ? (user, room.Id)
            : throw new InvalidOperationException(refusal.Message);
    }

    /// <returns>How many were acknowledged.</returns>
    public static async Task<long> Run(TestStore store, UserRef user, Guid room, CancellationToken enough, Action? acknowledged = null)
    {
        var counts = await Task.WhenAll(Enumerable.Range(0, UnderWay).Select(async writer =>
        {
            for (var i = 0L; ; i++)
            {
                if (enough.IsCancellationRequested) return i;
                if (!(await store.Send(user, room, $"message {i} of {writer}: frost on the tomatoes", $"{writer}-{i}")).Is(out _, out var refusal)) throw new InvalidOperationException(refusal.Message);
                acknowledged?.Invoke();
            }
        }));
        return counts.Sum();
    }
}
