using Chatter.App.Languages;
using Chatter.Chat.Protocol;

namespace Chatter.App.Session;

/// <summary>Commands that are typed into the send box.</summary>
public sealed partial class ChatSession
{
    /// <summary>Carries out a text that begins with <c>/</c>, in a room.</summary>
    /// <param name="here">The room.</param>
    /// <param name="text">What was typed.</param>
    /// <param name="absolute">Makes an address of the app one for the whole net.</param>
    public async Task<CommandOutcome> Command(RoomState here, string text, Func<string, string> absolute)
    {
        ArgumentNullException.ThrowIfNull(here);
        var room = here.Id;
        var (command, name, rest) = SlashCommand.Read(text);
        switch (command?.Name)
        {
            case null:
                return new CommandOutcome(Words.Of("NoSuchCommand", name));
            case "help":
                return new CommandOutcome(Dialog: command.Name);
            case "invite":
                return !here.MayInvite ? new CommandOutcome(Words.Of(here.IsDirect ? "NoInviteIntoConversation" : "OnlyOwnerInvites"))
                    : rest.Length == 0 ? new CommandOutcome(Dialog: command.Name) : await InviteByName(here, rest.TrimStart('@', ' '), absolute);
            case "me":
                return rest.Length == 0 ? Lacks(command) : new CommandOutcome(Text: $"_{rest}_");
            case "shrug":
                return new CommandOutcome(Text: $"{rest} {SlashCommand.Shrug}".TrimStart());
            case "topic":
                return (await Update(room, null, rest)).Is(out _, out var noTopic) ? CommandOutcome.Done : CommandOutcome.Because(noTopic);
            case "rename":
                return rest.Length == 0 ? Lacks(command) : (await Update(room, rest, null)).Is(out _, out var noName) ? CommandOutcome.Done : CommandOutcome.Because(noName);
            case "leave":
                return (await Leave(room)).Is(out _, out var noLeave) ? CommandOutcome.Done : CommandOutcome.Because(noLeave);
            case "join":
                return rest.Length == 0 ? Lacks(command) : await JoinByName(rest.TrimStart('#', ' '));
            case "msg":
                return rest.Length == 0 ? Lacks(command) : await ConverseByName(rest.TrimStart('@', ' '));
            default:
                return rest.Length == 0 ? Lacks(command) : await Kick(room, rest);
        }
    }

    private static CommandOutcome Lacks(SlashCommand command) => new(Words.Of("CommandLacks", command.Name, $"/{command.Name} {command.Arguments}"));

    private async Task<CommandOutcome> JoinByName(string name)
    {
        var key = Text.RoomNameKey(name);
        if (state.Rooms.FirstOrDefault(r => Text.RoomNameKey(r.Info.Name) == key) is { } mine) return new CommandOutcome(Room: mine.Id);
        if (!(await FindRooms(name, null, _ending.Token)).Is(out var page, out var refusal)) return CommandOutcome.Because(refusal);
        if (page.Rooms.FirstOrDefault(r => Text.RoomNameKey(r.Name) == key) is not { } found) return new CommandOutcome(Words.Of("NoPublicRoomCalled", name));
        return (await Join(found.Id)).Is(out _, out refusal) ? new CommandOutcome(Room: found.Id) : CommandOutcome.Because(refusal);
    }

    private async Task<CommandOutcome> ConverseByName(string name)
    {
        if (!(await Find(name)).Is(out var person, out var refusal)) return CommandOutcome.Because(refusal);
        return (await Converse([person.Id])).Is(out var room, out refusal) ? new CommandOutcome(Room: room.Id) : CommandOutcome.Because(refusal);
    }

    private async Task<CommandOutcome> InviteByName(RoomState room, string name, Func<string, string> absolute)
    {
        if (!(await Find(name)).Is(out var person, out var refusal)) return CommandOutcome.Because(refusal);
        return (await Invite(room, new UserRef(person.Id, person.Name), absolute)).Is(out _, out refusal) ? new CommandOutcome(Said: Words.Of("HasBeenInvited", person.Name)) : CommandOutcome.Because(refusal);
    }

    private async Task<Outcome<UserInfo>> Find(string name)
    {
        if (!(await SearchPeople(name, MostFound)).Is(out var page, out var refusal)) return refusal;
        return page.Users.FirstOrDefault(p => p.Name.Equals(name, StringComparison.OrdinalIgnoreCase)) is { } person ? person : new Refusal(ErrorCodes.NoSuchUser, $"There is nobody called {name}.");
    }

    private async Task<CommandOutcome> Kick(Guid room, string rest)
    {
        var parts = rest.Split((char[]?)null, 2, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        var name = parts[0].TrimStart('@');
        if ((await FindPeople(room, name)).FirstOrDefault(p => p.Name.Equals(name, StringComparison.OrdinalIgnoreCase)) is not { } person) return new CommandOutcome(Words.Of("NobodyHereCalled", name));
        return (await Remove(room, person.Id, parts.Length > 1 ? parts[1] : null)).Is(out _, out var refusal) ? CommandOutcome.Done : CommandOutcome.Because(refusal);
    }
}
