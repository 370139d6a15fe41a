using Chatter.Chat.Protocol;

namespace Chatter.App.Session;

/// <summary>Whom the reader wants to have nothing to do with.</summary>
public sealed partial class ChatSession
{
    public Task<Outcome<IReadOnlyList<BlockInfo>>> Blocked() => Try(() => Client.Blocks(_ending.Token));

    /// <summary>Blocks somebody, or lifts that.</summary>
    public async Task<Outcome<bool>> Block(UserRef user, bool on)
    {
        var done = await Try(() => Client.Block(user.Id, on, _ending.Token));
        // The frame that says so isn't sent to who is behind.
        if (done.Is(out _, out _)) state.Apply(new BlockFrame(user, on));
        return done;
    }

    /// <summary>Shows a message of somebody whom the reader blocked, for now.</summary>
    public void ShowBlocked(Guid room, long seq)
    {
        state.Blocks.Show(room, seq);
        state.Touch();
    }
}
