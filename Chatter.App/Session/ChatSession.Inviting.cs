using Chatter.App.Languages;
using Chatter.Chat.Protocol;

namespace Chatter.App.Session;

/// <summary>Ways into a room for others.</summary>
public sealed partial class ChatSession
{
    /// <summary>Where somebody else gets into a room: to the owner an invite's address, of a public room that of the room itself.</summary>
    /// <param name="room">The room.</param>
    /// <param name="expiresIn">How long an invite is good for, or null for the server's usual time.</param>
    /// <param name="uses">For how many people, or null for any number.</param>
    /// <returns>The address within the app.</returns>
    public async Task<Outcome<string>> WayIn(RoomState room, TimeSpan? expiresIn = null, int? uses = null)
    {
        ArgumentNullException.ThrowIfNull(room);
        if (!room.Info.Private) return Addresses.Room(room.Id);
        if (!(await Try(() => Client.CreateInvite(room.Id, expiresIn, uses, _ending.Token))).Is(out var invite, out var refusal)) return refusal;
        return new InviteLink(room.Id, invite.Code).Path;
    }

    /// <summary>Invites one person: writes the way in into the conversation of the two. Into a private room it is one that a single person can take.</summary>
    /// <param name="room">Where to.</param>
    /// <param name="person">Who.</param>
    /// <param name="absolute">Makes an address of the app one for the whole net.</param>
    public async Task<Outcome<bool>> Invite(RoomState room, UserRef person, Func<string, string> absolute)
    {
        ArgumentNullException.ThrowIfNull(room);
        ArgumentNullException.ThrowIfNull(person);
        ArgumentNullException.ThrowIfNull(absolute);
        if ((await Member(room.Id, person.Id)).Is(out _, out _)) return new Refusal(ErrorCodes.Conflict, $"{person.Name} is in this room already.");
        if (!(await WayIn(room, uses: 1)).Is(out var path, out var refusal)) return refusal;
        if (!(await Converse([person.Id])).Is(out var conversation, out refusal)) return refusal;
        return await Try(async () => { await Client.Send(conversation.Id, $"{Words.Of("ComeTo", room.Info.Name)}\n{absolute(path)}", cancel: _ending.Token); });
    }
}
