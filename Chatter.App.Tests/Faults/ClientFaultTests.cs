using Xunit;

namespace Chatter.App.Tests.Faults;

/// <summary>N: the network breaks. C: clients do what they shouldn't, all at once.</summary>
[Collection(FaultCollection.Name)]
public sealed class ClientFaultTests(FaultTemplate template)
{
    [Fact]
    public Task N1_whatever_the_wire_does_nobody_misses_anything() => FaultRun.Hold(template, Plans.BadWire);

    [Fact]
    public Task C1_C2_C3_C5_clients_that_die_repeat_collide_come_go_and_lie_get_what_is_theirs() => FaultRun.Hold(template, Plans.BadClients);

    [Fact]
    public Task C4_floods_are_refused_and_the_others_go_on() => FaultRun.Hold(template, Plans.Floods);

    [Fact]
    public Task C6_two_thousand_who_come_back_at_once_get_everything() => FaultRun.Hold(template, Plans.Herd(2_000));
}
