using Chatter.App.Components.Messages;
using Chatter.App.Tests.Components.Support;
using Chatter.Chat.Protocol;
using Chatter.Chat.Tests.Support;
using Microsoft.AspNetCore.Components.Rendering;
using Xunit;

namespace Chatter.App.Tests.Components.Messages;

/// <summary>Lists that come by pages: inbox, saved, pinned.</summary>
public sealed class MessageListTests(SharedServer shared)
{
    private readonly Queue<TaskCompletionSource<Outcome<(IReadOnlyList<string>, string?)>>> _answers = new();
    private readonly List<string?> _asked = [];

    [Fact]
    public async Task It_shows_the_shape_of_what_comes_then_the_pages_as_they_are_asked_for()
    {
        await using var circuit = await Shown();
        Assert.NotNull(circuit.Find(".skeleton-rows[aria-hidden=true]"));

        await Answer(circuit, (["one", "two"], "next"));
        await circuit.See(() => Assert.Equal(["one", "two"], circuit.Said("li")));
        await circuit.Click("Show more");
        await Answer(circuit, (["three"], null));

        await circuit.See(() => Assert.Equal(["one", "two", "three"], circuit.Said("li")));
        Assert.False(circuit.Has("Show more"));
        Assert.Equal([null, "next"], _asked);
    }

    [Fact]
    public async Task An_empty_list_says_what_would_be_there()
    {
        await using var circuit = await Shown();
        await Answer(circuit, ([], null));
        await circuit.Says("Nothing yet");
    }

    [Fact]
    public async Task A_refusal_is_told_and_asked_again_when_the_reader_wants_it()
    {
        await using var circuit = await Shown();
        await Answer(circuit, new Refusal(ErrorCodes.Unavailable, "The server could not be reached."));
        await circuit.Says("The server could not be reached.");
        Assert.Empty(circuit.All(".skeleton-rows"));

        await circuit.Click("Try again");
        await Answer(circuit, (["one"], null));
        await circuit.See(() => Assert.Equal(["one"], circuit.Said("li")));
        Assert.Equal("", circuit.Find("[role=alert]").Said());
    }

    [Fact]
    public async Task Another_version_is_read_anew_and_the_old_one_stays_until_it_is_there()
    {
        await using var circuit = await Shown();
        await Answer(circuit, (["one"], null));
        await circuit.See(() => Assert.Equal(["one"], circuit.Said("li")));

        Show(circuit, version: 2);
        Assert.Equal(["one"], circuit.Said("li"));
        await Answer(circuit, (["two"], null));
        await circuit.See(() => Assert.Equal(["two"], circuit.Said("li")));
    }

    private async Task Answer(Circuit circuit, Outcome<(IReadOnlyList<string>, string?)> answer)
    {
        await circuit.Until(() => _answers.Count > 0);
        await circuit.Do(() => _answers.Dequeue().SetResult(answer));
    }

    private async Task<Circuit> Shown()
    {
        var circuit = await Circuit.Of(await shared.Server.User());
        Show(circuit, version: 1);
        return circuit;
    }

    private void Show(Circuit circuit, int version) => circuit.Show<MessageList<string>>(list => list
        .Add(l => l.Read, after =>
        {
            _asked.Add(after);
            _answers.Enqueue(new TaskCompletionSource<Outcome<(IReadOnlyList<string>, string?)>>(TaskCreationOptions.RunContinuationsAsynchronously));
            return _answers.Peek().Task;
        })
        .Add(l => l.Key, static item => item)
        .Add(l => l.Version, version)
        .Add(l => l.ChildContent, static item => builder => builder.AddContent(0, item))
        .Add(l => l.Empty, static (RenderTreeBuilder builder) => builder.AddContent(0, "Nothing yet")));
}
