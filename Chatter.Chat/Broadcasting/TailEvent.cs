using Chatter.Chat.Protocol;

namespace Chatter.Chat.Broadcasting;

/// <summary>An event as the bytes that go to every receiver, with the little that dispatching has to know of it.</summary>
internal sealed class TailEvent
{
    private readonly IReadOnlyList<UserRef>? _ends;

    public TailEvent(RoomEvent source)
    {
        Seq = source.Seq;
        Frame = WireFrame.Encode(source);
        if (source.Kind is EventKinds.Left or EventKinds.Removed)
        {
            _ends = source.Users;
            EndReason = source.Kind == EventKinds.Left ? UnsubscribedReasons.Left : UnsubscribedReasons.Removed;
        }
    }

    public long Seq { get; }

    public byte[] Frame { get; }

    /// <summary>What <c>unsubscribed</c> says to whose membership this event ends.</summary>
    public string? EndReason { get; }

    /// <summary>Whether this event ends that user's membership.</summary>
    public bool Ends(Guid user)
    {
        if (_ends is null) return false;
        foreach (var one in _ends)
            if (one.Id == user) return true;
        return false;
    }
}
