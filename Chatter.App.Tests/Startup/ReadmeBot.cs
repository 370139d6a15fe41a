using Chatter.Chat.Client;
using Chatter.Chat.Protocol;

namespace Chatter.App.Tests.Startup;

/// <summary>The README's program, compiled. Between the marks it is the README's to the letter.</summary>
internal static class ReadmeBot
{
    public static async Task Run(Uri server)
    {
        // README
        await using var chat = await ChatClient.LogIn(server, "ben", "rain in the garden");
        await foreach (var frame in chat.Frames())
        {
            if (frame is not RoomEvent { Kind: EventKinds.Message, From: { } from } message || from.Id == chat.User?.Id) continue;
            await chat.Send(message.Room, $"{from.Name} said: {message.Text}", replyTo: message.Id);
        }
        // README
    }
}
