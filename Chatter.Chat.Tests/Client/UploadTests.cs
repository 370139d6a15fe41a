using Chatter.Chat.Client;
using Chatter.Chat.Protocol;
using Chatter.Chat.Tests.Support;
using Xunit;

namespace Chatter.Chat.Tests.Client;

/// <summary>Files by the library: up with progress, into a message, down again.</summary>
public sealed class UploadTests(SharedServer shared)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_file_goes_up_into_a_message_and_comes_down_again()
    {
        var ada = await shared.Server.User();
        var room = Guid.Parse(await ada.CreateRoom());
        await using var client = Connect(ada);
        var picture = Pictures.Photo(1200, 900);
        var told = new Told();

        var uploaded = await client.Upload(room, new MemoryStream(picture), "a.jpg", "image/jpeg", told, Cancel);
        var sent = await client.Send(room, "", attachments: [uploaded.Attachment], cancel: Cancel);

        Assert.Equal([uploaded.Attachment], sent.Attachments ?? []);
        Assert.Equal(picture.Length, told.Last);
        await using var thumbnail = await client.Download(room, uploaded.Attachment.Id, thumbnail: true, cancel: Cancel);
        await using var whole = await client.Download(room, uploaded.Attachment.Id, cancel: Cancel);
        using var copy = new MemoryStream();
        await whole.CopyToAsync(copy, Cancel);
        Assert.Equal(uploaded.Attachment.Size, copy.Length);
        Assert.Equal((1200, 900), (uploaded.Attachment.Width, uploaded.Attachment.Height));
        Assert.Equal(uploaded.Attachment, Assert.Single((await client.History(room, cancel: Cancel)).Events[^1].Attachments ?? []));
    }

    [Fact]
    public async Task A_refusal_says_why()
    {
        var ada = await shared.Server.User();
        var room = Guid.Parse(await ada.CreateRoom());
        await using var client = Connect(ada);
        Assert.Equal(ErrorCodes.Invalid, (await Assert.ThrowsAsync<ChatException>(() => client.Upload(room, new MemoryStream(), "empty", cancel: Cancel))).Refusal.Code);
        Assert.Equal(ErrorCodes.NoSuchRoom, (await Assert.ThrowsAsync<ChatException>(() => client.Upload(Guid.CreateVersion7(), new MemoryStream([1]), "x", cancel: Cancel))).Refusal.Code);
        Assert.Equal(ErrorCodes.NoSuchAttachment, (await Assert.ThrowsAsync<ChatException>(() => client.Download(room, Guid.CreateVersion7(), cancel: Cancel))).Refusal.Code);
        var unknown = new AttachmentInfo(Guid.CreateVersion7(), "x", "application/octet-stream", 1);
        Assert.Equal(ErrorCodes.NoSuchAttachment, (await Assert.ThrowsAsync<ChatException>(() => client.Send(room, "x", attachments: [unknown], cancel: Cancel))).Refusal.Code);
    }

    private ChatClient Connect(TestUser user)
    {
        var client = new ChatClient(new ChatClientOptions { Server = shared.Server.Address, Token = _ => ValueTask.FromResult<string?>(user.Token) });
        client.Start();
        return client;
    }

    private sealed class Told : IProgress<long>
    {
        public long Last { get; private set; }

        public void Report(long value) => Last = value;
    }
}
