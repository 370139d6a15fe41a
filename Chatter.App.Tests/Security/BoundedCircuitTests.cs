using System.Reflection;
using Chatter.App.Components.Layout;
using Chatter.App.Components.Messages;
using Chatter.App.Components.Rooms;
using Chatter.App.Session;
using Chatter.App.Tests.Components.Support;
using Chatter.App.Tests.Session;
using Chatter.Chat.Client;
using Chatter.Chat.Tests.Support;
using Microsoft.JSInterop;
using Xunit;

namespace Chatter.App.Tests.Security;

/// <summary>Whoever is at the other end of a circuit calls it as often, and with as much, as they like: what is kept of it has an end.</summary>
public sealed class BoundedCircuitTests
{
    private static readonly string Endless = new('x', ScriptCalls.LongestText + 1);

    [Fact]
    public async Task A_circuit_keeps_a_hundred_messages_and_refuses_the_next()
    {
        await using var server = await ChatServer.Start();
        var user = await server.User();
        var room = Guid.Parse(await user.CreateRoom());
        await using var circuit = await Circuit.Of(user);
        await server.Stop();
        await circuit.Until(() => circuit.State.Connection == ConnectionState.Reconnecting);

        var sends = new List<Task>();
        for (var i = 0; i < 3 * ChatSession.MostPending; i++) sends.Add(await Begin(circuit, room, $"n{i}", "Frost tonight?"));

        Assert.Equal(ChatSession.MostPending, circuit.State.Pending.Count);
        Assert.All(sends[..ChatSession.MostPending], static send => Assert.False(send.IsCompleted));
        Assert.All(sends[ChatSession.MostPending..], static send => Assert.IsType<ScriptCallRefusedException>(send.Exception?.InnerException));
    }

    [Fact]
    public async Task A_circuit_keeps_a_mebibyte_of_texts_and_refuses_the_next()
    {
        await using var server = await ChatServer.Start();
        var user = await server.User();
        var room = Guid.Parse(await user.CreateRoom());
        await using var circuit = await Circuit.Of(user);
        await server.Stop();
        await circuit.Until(() => circuit.State.Connection == ConnectionState.Reconnecting);

        for (var i = 0; i < ChatSession.MostPending; i++) await Begin(circuit, room, $"n{i}", Endless[1..]);

        Assert.InRange(circuit.State.Pending.Bytes, ChatSession.MostPendingBytes - (2 * Endless.Length), ChatSession.MostPendingBytes);
    }

    [Fact]
    public async Task Refused_messages_count_until_their_writer_gives_them_up()
    {
        await using var server = await ChatServer.Start();
        var user = await server.User();
        var room = Guid.Parse(await user.CreateRoom());
        await using var circuit = await Circuit.Of(user);
        for (var i = 0; i < ChatSession.MostPending; i++) await Begin(circuit, room, $"n{i}", "Frost tonight?", TimeSpan.FromHours(25));
        Assert.All(circuit.State.Find(room)!.Pending, static waiting => Assert.NotNull(waiting.Refusal));

        Assert.NotNull((await Begin(circuit, room, "next", "Frost tonight?", TimeSpan.FromHours(25))).Exception);
        await circuit.Do(() => circuit.Session.Discard(room, "n0"));

        Assert.Null((await Begin(circuit, room, "next", "Frost tonight?", TimeSpan.FromHours(25))).Exception);
    }

    /// <summary>A place may become free between two messages of a burst: the later one must not take it while the earlier one was turned away.</summary>
    [Fact]
    public async Task S10_a_message_never_overtakes_one_that_there_was_no_place_for()
    {
        await using var server = await ChatServer.Start();
        var user = await server.User();
        var room = Guid.Parse(await user.CreateRoom());
        await using var circuit = await Circuit.Of(user);
        for (var i = 0; i < ChatSession.MostPending; i++) await Begin(circuit, room, $"n{i}", "Frost tonight?", TimeSpan.FromHours(25));
        Assert.NotNull((await Begin(circuit, room, "first", "one", after: $"n{ChatSession.MostPending - 1}")).Exception);

        foreach (var nonce in (string[])["n0", "n1", "n2"]) await circuit.Do(() => circuit.Session.Discard(room, nonce));
        Assert.NotNull((await Begin(circuit, room, "second", "two", after: "first")).Exception);
        Assert.NotNull((await Begin(circuit, room, "third", "three", after: "second")).Exception);

        foreach (var (nonce, text, after) in ((string, string, string?)[])[("first", "one", null), ("second", "two", "first"), ("third", "three", "second")])
            await (await Begin(circuit, room, nonce, text, after: after)).WaitAsync(Chatter.Chat.Tests.Support.Patience.Frame, TestContext.Current.CancellationToken);
    }

    /// <summary>What is refused for an answer that was lost, and is in the log all the same, is done.</summary>
    [Fact]
    public async Task A_message_whose_event_comes_is_settled()
    {
        var server = await ChatServer.Start();
        await using var _ = server;
        var user = await server.User();
        var room = Guid.Parse(await user.CreateRoom());
        await using var circuit = await Circuit.Of(user);
        var sent = await Begin(circuit, room, "n1", "Frost tonight?", TimeSpan.FromHours(25));

        await using var elsewhere = await Circuit.Of(user);
        await elsewhere.Do(() => elsewhere.Session.Send(room, "n1", "Frost tonight?", TimeSpan.Zero)).WaitAsync(Chatter.Chat.Tests.Support.Patience.Frame, TestContext.Current.CancellationToken);

        await sent.WaitAsync(Chatter.Chat.Tests.Support.Patience.Frame, TestContext.Current.CancellationToken);
        Assert.Equal(0, await circuit.Do(() => circuit.State.Pending.Count));
    }

    [Fact]
    public void Calls_under_way_are_counted_and_free_their_place()
    {
        var calls = new ScriptCalls();
        var underWay = Enumerable.Range(0, ScriptCalls.MostUnderWay).Select(_ => calls.Enter()).ToList();
        Assert.Throws<ScriptCallRefusedException>(() => calls.Enter());

        underWay[0].Dispose();
        underWay[0].Dispose();

        using var next = calls.Enter();
        Assert.Throws<ScriptCallRefusedException>(() => calls.Enter());
    }

    /// <summary>The door is there in each of them: with all places taken, none does anything.</summary>
    [Fact]
    public async Task Each_method_that_scripts_can_call_refuses_beyond_the_bound()
    {
        await using var circuit = Circuit.Fed(Feed.Welcome(new Feed().Entry()));
        var calls = Enumerable.Range(0, ScriptCalls.MostUnderWay).Select(_ => circuit.Session.Calls.Enter()).ToList();

        foreach (var method in Invokable()) await Assert.ThrowsAsync<ScriptCallRefusedException>(() => Invoke(circuit, method, static _ => ""));
        calls.ForEach(static call => call.Dispose());
    }

    [Fact]
    public async Task Each_method_that_scripts_can_call_refuses_endless_texts()
    {
        await using var circuit = Circuit.Fed(Feed.Welcome(new Feed().Entry()));
        var texts = Invokable().SelectMany(static method => method.GetParameters().Where(static p => p.ParameterType == typeof(string)).Select(text => (method, text))).ToList();
        Assert.NotEmpty(texts);

        foreach (var (method, text) in texts)
            await Assert.ThrowsAsync<ScriptCallRefusedException>(() => Invoke(circuit, method, parameter => parameter == text ? Endless : ""));
    }

    [Fact]
    public async Task Wishes_without_end_are_refused()
    {
        await using var circuit = Circuit.Fed(Feed.Welcome(new Feed().Entry()));
        circuit.Show<NoticeTeller>();
        var teller = circuit.Component<NoticeTeller>();

        Assert.Throws<ScriptCallRefusedException>(() => teller.Wish(new NoticeWishes(true, true, [.. Enumerable.Repeat("frost", NoticeWishes.MostWords + 1)])));
        Assert.Throws<ScriptCallRefusedException>(() => teller.Wish(new NoticeWishes(true, true, [Endless])));
        teller.Wish(new NoticeWishes(true, true, ["frost"]));
    }

    private static List<MethodInfo> Invokable()
    {
        var methods = typeof(ChatSession).Assembly.GetTypes().SelectMany(static type => type.GetMethods(BindingFlags.Instance | BindingFlags.Static | BindingFlags.Public | BindingFlags.DeclaredOnly))
            .Where(static method => method.IsDefined(typeof(JSInvokableAttribute))).ToList();
        Assert.Equal([typeof(AwayTeller), typeof(Composer), typeof(MessageLog), typeof(NoticeTeller), typeof(SearchPanel)], methods.Select(static m => m.DeclaringType).Distinct().OrderBy(static t => t!.Name, StringComparer.Ordinal));
        return methods;
    }

    private static async Task Invoke(Circuit circuit, MethodInfo method, Func<ParameterInfo, string> text)
    {
        object component = method.DeclaringType!.Name switch
        {
            nameof(AwayTeller) => Shown<AwayTeller>(),
            nameof(NoticeTeller) => Shown<NoticeTeller>(),
            nameof(SearchPanel) => Shown<SearchPanel>(),
            nameof(Composer) => Of<Composer>(c => c.Room),
            _ => Of<MessageLog>(c => c.Room),
        };
        try
        {
            await circuit.Do(async () => { if (method.Invoke(component, [.. method.GetParameters().Select(Argument)]) is Task task) await task; });
        }
        catch (TargetInvocationException refused) when (refused.InnerException is { } reason)
        {
            throw reason;
        }

        object? Argument(ParameterInfo parameter) =>
            parameter.ParameterType == typeof(string) ? text(parameter)
            : parameter.ParameterType == typeof(NoticeWishes) ? NoticeWishes.None
            : parameter.ParameterType.IsValueType ? Activator.CreateInstance(parameter.ParameterType)
            : null;

        T Shown<T>() where T : Microsoft.AspNetCore.Components.IComponent
        {
            circuit.Show<T>();
            return circuit.Component<T>();
        }

        T Of<T>(System.Linq.Expressions.Expression<Func<T, RoomState>> room) where T : Microsoft.AspNetCore.Components.IComponent
        {
            circuit.Show<T>(parameters => parameters.Add(room, circuit.State.Rooms[0]));
            return circuit.Component<T>();
        }
    }

    /// <summary>Begins to send, without waiting for what becomes of it.</summary>
    private static async Task<Task> Begin(Circuit circuit, Guid room, string nonce, string text, TimeSpan age = default, string? after = null)
    {
        Task? sent = null;
        await circuit.Do(() => { sent = circuit.Session.Send(room, nonce, text, age, after: after); });
        return sent!;
    }
}
