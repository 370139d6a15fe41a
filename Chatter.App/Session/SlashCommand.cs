using Chatter.Chat.Protocol;

namespace Chatter.App.Session;

/// <summary>What a text that begins with <c>/</c> asks for. <c>//</c> is how a text begins that has a slash itself.</summary>
/// <param name="Name">As it is typed, without the slash.</param>
/// <param name="Arguments">What belongs behind it, for people.</param>
/// <param name="Help">What it does.</param>
public sealed record SlashCommand(string Name, string Arguments, string Help)
{
    /// <summary>A shrug.</summary>
    public const string Shrug = @"¯\_(ツ)_/¯";

    /// <summary>All that there are.</summary>
    public static IReadOnlyList<SlashCommand> All { get; } =
    [
        new("join", "room", "Join a public room and go there"),
        new("msg", "name", "Open your conversation with somebody"),
        new("leave", "", "Leave this room"),
        new("topic", "text", "Set this room's topic; without a text, remove it"),
        new("rename", "name", "Rename this room"),
        new("invite", "name", "Invite somebody to this room; without a name, choose people"),
        new("kick", "name reason", "Remove somebody from this room"),
        new("me", "text", "Say what you do"),
        new("shrug", "text", "Say something, and shrug"),
        new("help", "", "Show this list"),
    ];

    /// <summary>The command that a text begins with, and what stands behind it; no command where there is none of that name.</summary>
    public static (SlashCommand? Command, string Name, string Behind) Read(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var end = text.AsSpan().IndexOfAny(' ', '\n');
        var name = end < 0 ? text[1..] : text[1..end];
        return (All.FirstOrDefault(command => command.Name.Equals(name, StringComparison.OrdinalIgnoreCase)), name, end < 0 ? "" : text[end..].Trim());
    }
}

/// <summary>What became of a command.</summary>
/// <param name="Error">Why nothing was done, or null.</param>
/// <param name="Text">What is to be sent as a message, or null.</param>
/// <param name="Dialog">What is to be opened: one of the commands' names, or null.</param>
/// <param name="Room">The room to go to, or null.</param>
/// <param name="Said">What is to be said of it, where nothing else is seen, or null.</param>
public sealed record CommandOutcome(string? Error = null, string? Text = null, string? Dialog = null, Guid? Room = null, string? Said = null)
{
    /// <summary>Done.</summary>
    public static CommandOutcome Done { get; } = new();

    /// <summary>Not done.</summary>
    public static CommandOutcome Because(Refusal refusal) => new(refusal.Message);
}
