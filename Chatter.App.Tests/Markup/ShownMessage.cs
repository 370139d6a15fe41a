using AngleSharp.Dom;
using Bunit;
using Chatter.App.Components.Messages;
using Chatter.App.Markup;

namespace Chatter.App.Tests.Markup;

/// <summary>Messages as a browser gets them.</summary>
internal sealed class ShownMessage : IDisposable
{
    private readonly BunitContext _bunit = new();

    /// <summary>The markup of a message.</summary>
    public static string Markup(string text)
    {
        using var shown = new ShownMessage();
        return shown.Render(text).Markup;
    }

    public IRenderedComponent<MessageBody> Render(string text) => _bunit.Render<MessageBody>(body => body.Add(b => b.Text, text));

    /// <summary>The element of a message's text.</summary>
    public IElement Text(string text) => Render(text).Find(".text");

    /// <summary>The element of a message's text, where the way for plain text isn't taken.</summary>
    public IElement Parsed(string text) => _bunit.Render(tree => MessageWriter.Write(tree, MessageMarkdown.Parse(text), "text")).Find(".text");

    public void Dispose() => _bunit.Dispose();
}
