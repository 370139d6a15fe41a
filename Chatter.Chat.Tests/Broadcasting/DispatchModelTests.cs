using CsCheck;
using Xunit;

namespace Chatter.Chat.Tests.Broadcasting;

/// <summary>The loop against a model of a few lines (<see cref="DispatchWorld"/>'s), in every order of what happens at the same time.</summary>
public sealed class DispatchModelTests
{
    private const int Users = 2;
    private const int Rooms = 2;

    private static readonly Gen<Step> Steps = Gen.Select(
        Gen.Frequency(
            (8, Gen.Const(What.Turn)), (6, Gen.Const(What.Say)), (1, Gen.Const(What.SayUnheard)), (1, Gen.Const(What.Announce)), (1, Gen.Const(What.Trim)),
            (4, Gen.Const(What.Join)), (3, Gen.Const(What.Leave)), (4, Gen.Const(What.TellJoin)), (2, Gen.Const(What.Open)), (3, Gen.Const(What.Look)), (3, Gen.Const(What.Welcome)),
            (1, Gen.Const(What.Answer)), (3, Gen.Const(What.Page)), (1, Gen.Const(What.FailPage)), (4, Gen.Const(What.Wire)), (1, Gen.Const(What.End))),
        Gen.Int[0, Rooms - 1], Gen.Int[0, Users - 1], Gen.Int[0, 5], Gen.Int[0, 9],
        static (what, room, user, socket, more) => new Step(what, room, user, socket, more));

    /// <summary>S2, S8, S9, A2: whatever happens at the same time, each socket gets each room's events of its memberships, once, in order, to their end.</summary>
    [Fact]
    public void S2_S8_S9_A2_every_socket_gets_what_the_model_says() =>
        Steps.Array[1, 60].Sample(
            static steps =>
            {
                using var world = new DispatchWorld(Users, Rooms);
                world.Open(0);
                foreach (var step in steps) Take(world, step);
                world.Heal();
                world.Check();
                world.End();
            },
            iter: 30_000, print: static steps => string.Join('\n', steps.AsEnumerable()));

    private static void Take(DispatchWorld world, Step step)
    {
        switch (step.What)
        {
            case What.Turn: world.Turn(); break;
            case What.Say: world.Say(step.Room); break;
            case What.SayUnheard: world.SayUnheard(step.Room); break;
            case What.Announce: world.Announce(step.Room); break;
            case What.Trim: world.Trim(step.Room); break;
            case What.Join: world.Join(step.Room, step.User); break;
            case What.Leave: world.Leave(step.Room, step.User); break;
            case What.TellJoin: world.TellJoin(); break;
            case What.Open: world.Open(step.User); break;
            case What.Look: world.Look(step.Socket, step.More); break;
            case What.Welcome: world.Welcome(step.Socket); break;
            case What.Answer: world.Answer(step.Socket); break;
            case What.Page: world.GivePage(fails: false); break;
            case What.FailPage: world.GivePage(fails: true); break;
            case What.Wire: world.Wire(step.Socket, (WireStep)(step.More % 3)); break;
            case What.End when step.More < 2: world.Close(step.Socket); break;
            case What.End when step.More < 4: world.Remove(step.Socket); break;
            case What.End: world.Wire(step.Socket, step.More < 6 ? WireStep.Break : WireStep.Hold); break;
        }
    }

    private sealed record Step(What What, int Room, int User, int Socket, int More);

    private enum What
    {
        Turn,
        Say,
        SayUnheard,
        Announce,
        Trim,
        Join,
        Leave,
        TellJoin,
        Open,
        Look,
        Welcome,
        Answer,
        Page,
        FailPage,
        Wire,
        End,
    }
}
