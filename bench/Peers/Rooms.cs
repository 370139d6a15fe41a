using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Net.WebSockets;

namespace Peers;

/// <summary>A chat on Kestrel's WebSockets alone: everybody in a room gets the text that anybody in it sends.</summary>
internal static class Rooms
{
    private const int LongestText = 65_536;

    private static readonly WebSocketAcceptContext Accepting = new() { KeepAliveInterval = TimeSpan.FromSeconds(30), KeepAliveTimeout = TimeSpan.FromSeconds(30) };

    public static void MapRooms(this WebApplication app)
    {
        var rooms = new ConcurrentDictionary<string, Room>();
        app.UseWebSockets();
        app.MapGet("/ws", async (HttpContext context, string room) =>
        {
            if (!context.WebSockets.IsWebSocketRequest)
            {
                context.Response.StatusCode = StatusCodes.Status426UpgradeRequired;
                return;
            }
            using var socket = await context.WebSockets.AcceptWebSocketAsync(Accepting);
            await Serve(socket, rooms.GetOrAdd(room, static _ => new Room()), context.RequestAborted);
        });
    }

    private static async Task Serve(WebSocket socket, Room room, CancellationToken aborted)
    {
        var member = new Member(socket);
        var writing = member.Write(aborted);
        room.Join(member);
        member.Offer("ready"u8.ToArray());
        try
        {
            await Read(socket, room, aborted);
        }
        catch (Exception e) when (e is WebSocketException or OperationCanceledException)
        {
            // He is gone.
        }
        finally
        {
            room.Leave(member);
            member.Complete();
            await writing;
        }
    }

    private static async Task Read(WebSocket socket, Room room, CancellationToken aborted)
    {
        var buffer = new byte[4_096];
        for (var length = 0; ;)
        {
            var received = await socket.ReceiveAsync(buffer.AsMemory(length), aborted);
            if (received.MessageType == WebSocketMessageType.Close) return;
            length += received.Count;
            if (received.EndOfMessage)
            {
                room.Publish(buffer[..length]);
                length = 0;
            }
            else if (length == buffer.Length)
            {
                if (length >= LongestText) return;
                Array.Resize(ref buffer, length * 2);
            }
        }
    }

    private sealed class Room
    {
        private ImmutableArray<Member> _members = [];

        public void Join(Member member) => ImmutableInterlocked.Update(ref _members, static (all, one) => all.Add(one), member);

        public void Leave(Member member) => ImmutableInterlocked.Update(ref _members, static (all, one) => all.Remove(one), member);

        public void Publish(byte[] text)
        {
            foreach (var member in _members) member.Offer(text);
        }
    }
}
