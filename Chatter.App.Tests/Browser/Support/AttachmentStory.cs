using Chatter.Chat.Protocol;
using Microsoft.Playwright;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace Chatter.App.Tests.Browser.Support;

/// <summary>A story of files: two people, and what is done with files in their pages.</summary>
public abstract class AttachmentStory(Chromium chromium) : Story(chromium)
{
    private Account? _adas;

    private protected async Task<(Person Ada, Person Ben, Guid Room)> Two(string name)
    {
        (var ada, var ben, _adas, var room) = await PairIn(name);
        return (ada, ben, room);
    }

    /// <summary>Ada sends files, without her page.</summary>
    private protected Task Send(Guid room, string text, params (string Name, byte[] Bytes)[] files) => _adas!.With(async client =>
    {
        var sent = new List<AttachmentInfo>();
        foreach (var (name, bytes) in files) sent.Add((await client.Upload(room, new MemoryStream(bytes), name, cancel: TestContext.Current.CancellationToken)).Attachment);
        await client.Send(room, text, attachments: sent, cancel: TestContext.Current.CancellationToken);
    });

    private protected static ILocator Tray(Person person) => person.Page.Locator(".tray-file");

    private protected static Task Pick(Person person, params (string Name, string Type, byte[] Bytes)[] files) => person.Page.Locator("[data-files]").SetInputFilesAsync(
        files.Select(static file => new FilePayload { Name = file.Name, MimeType = file.Type, Buffer = file.Bytes }));

    private protected static Task Give(Person person, string what, string where, (string Name, string Type, byte[] Bytes) file, params (string Name, string Type, byte[] Bytes)[] more) =>
        Give(person, what, where, null, [file, .. more]);

    private protected static Task Give(Person person, string what, string where, (string Name, string Type, byte[] Bytes) file, string text) => Give(person, what, where, text, [file]);

    /// <summary>As the browser does it: an event that carries files.</summary>
    private protected static Task Give(Person person, string what, string where, string? text, (string Name, string Type, byte[] Bytes)[] files) => person.Page.EvaluateAsync(
        """
        ([what, where, text, files]) => {
            const data = new DataTransfer();
            for (const [name, type, bytes] of files) data.items.add(new File([Uint8Array.from(atob(bytes), c => c.charCodeAt(0))], name, { type }));
            if (text) data.setData('text/plain', text);
            const about = { bubbles: true, cancelable: true };
            document.querySelector(where).dispatchEvent(what === 'paste' ? new ClipboardEvent(what, { ...about, clipboardData: data }) : new DragEvent(what, { ...about, dataTransfer: data }));
        }
        """, new object?[] { what, where, text, files.Select(static file => new[] { file.Name, file.Type, Convert.ToBase64String(file.Bytes) }).ToArray() });

    /// <summary>It has come, and is what it was sent as.</summary>
    private protected static async Task IsShown(ILocator image)
    {
        await Expect(image).ToBeVisibleAsync();
        Assert.True(await image.EvaluateAsync<bool>("async image => { image.loading = 'eager'; await image.decode(); return image.naturalWidth > 0; }"));
    }

    private protected static async Task<(int Width, int Height)> SizeOf(ILocator element)
    {
        var box = await element.BoundingBoxAsync() ?? throw new InvalidOperationException("It isn't shown.");
        return ((int)Math.Round(box.Width), (int)Math.Round(box.Height));
    }
}
