using Microsoft.AspNetCore.SignalR;

namespace Peers;

/// <summary>A chat as SignalR's documentation shows it: a group is a room.</summary>
internal sealed class ChatHub : Hub
{
    public Task Join(string room) => Groups.AddToGroupAsync(Context.ConnectionId, room);

    public Task Send(string room, string text) => Clients.Group(room).SendAsync("message", room, text);
}
