using Xunit;

namespace Chatter.Chat.Tests.Broadcasting;

/// <summary><c>typing</c>, <c>presence</c> and <c>read</c> are dropped for a socket that is behind, and for no other (docs/protocol.md §4.3).</summary>
public sealed class WhisperTests : IDisposable
{
    private const int Garden = 0;
    private const int Behind = 0;
    private const int Beside = 1;

    private static readonly string[] All = ["typing", "read", "presence"];

    private readonly DispatchWorld _world = new(users: 2, rooms: 1);

    public WhisperTests()
    {
        foreach (var user in (int[])[Behind, Beside])
        {
            _world.Join(Garden, user);
            _world.Open(user);
        }
        Arrive(Beside);
    }

    public void Dispose() => _world.Dispose();

    [Fact]
    public void Who_was_not_welcomed_yet_hears_none() => AssertDropped(() => Arrive(Behind));

    [Fact]
    public void Who_has_not_taken_what_was_written_hears_none()
    {
        Arrive(Behind);
        _world.Wire(Behind, WireStep.Hold);
        _world.Say(Garden);
        _world.Turn();
        AssertDropped(() => _world.Wire(Behind, WireStep.Take));
    }

    [Fact]
    public void Who_waits_for_the_store_hears_none()
    {
        _world.Say(Garden);
        _world.Turn();
        _world.Trim(Garden);
        Arrive(Behind, resume: 1);
        AssertDropped(() => _world.GivePage(fails: false));
    }

    [Fact]
    public void Who_has_as_many_answers_under_way_as_may_be_hears_none()
    {
        Arrive(Behind);
        var socket = _world.Peers[Behind].Socket;
        socket.Promise(DispatchWorld.AnswerLimit);
        AssertDropped(() => socket.Keep(DispatchWorld.AnswerLimit));
    }

    private void Arrive(int number, int resume = 0)
    {
        _world.Look(number, resume);
        _world.Welcome(number);
        _world.Turn();
    }

    /// <summary>Nothing is told to the one until he has caught up, nor made up for then; the other hears all.</summary>
    private void AssertDropped(Action catchUp)
    {
        _world.Whisper(Garden);
        _world.Turn();
        Assert.Equal(All, _world.Whispers(Beside));
        catchUp();
        _world.Turn();
        Assert.Empty(_world.Whispers(Behind));
        _world.Whisper(Garden);
        _world.Turn();
        Assert.Equal(All, _world.Whispers(Behind));
    }
}
