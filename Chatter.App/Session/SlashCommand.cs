using Chatter.App.Languages;
using Chatter.Chat.Protocol;

namespace Chatter.App.Session;

/// <summary>What a text that begins with <c>/</c> asks for. <c>//</c> is how a text begins that has a slash itself.</summary>
/// <param name="Name">As it is typed, without the slash.</param>
/// <param name="ArgumentsKey">The key of what belongs behind it, or null.</param>
/// <param name="HelpKey">The key of what it does.</param>
public sealed record SlashCommand(string Name, string? ArgumentsKey, string HelpKey)
{
    /// <summary>A shrug.</summary>
    public const string Shrug = @"¯\_(ツ)_/¯";

    /// <summary>All that there are.</summary>
    public static IReadOnlyList<SlashCommand> All { get; } =
    [
        new("join", "ArgumentRoom", "CommandJoin"),
        new("msg", "ArgumentName", "CommandMsg"),
        new("leave", null, "CommandLeave"),
        new("topic", "ArgumentText", "CommandTopic"),
        new("rename", "ArgumentName", "CommandRename"),
        new("invite", "ArgumentName", "CommandInvite"),
        new("kick", "ArgumentNameReason", "CommandKick"),
        new("me", "ArgumentText", "CommandMe"),
        new("shrug", "ArgumentText", "CommandShrug"),
        new("help", null, "CommandHelp"),
    ];

    /// <summary>What belongs behind it, for people.</summary>
    public string Arguments => ArgumentsKey is null ? "" : Words.Of(ArgumentsKey);

    /// <summary>What it does.</summary>
    public string Help => Words.Of(HelpKey);

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
    public static CommandOutcome Because(Refusal refusal) => new(refusal.Said());
}
