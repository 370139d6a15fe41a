using Markdig.Syntax.Inlines;

namespace Chatter.App.Markup;

/// <summary>What opens an address: a bare one, which is its own text, or <c>[text](address)</c>.</summary>
internal sealed class MessageLink : LeafInline
{
    private MessageLink(string text, string address, bool bare)
    {
        Text = text;
        Address = address;
        Bare = bare;
        IsClosed = true;
    }

    /// <summary>What is shown, as it was typed.</summary>
    public string Text { get; }

    /// <summary>Where it leads: http, https or mailto, never anything else, since <see cref="MessageAddress"/> made it.</summary>
    public string Address { get; }

    /// <summary>Whether the text is an address rather than a label, which may have emphasis in it.</summary>
    public bool Bare { get; }

    /// <summary>Whether a label is the address or its host, so that it says where it leads by itself.</summary>
    public bool NamesTarget => Text.Trim() is var label && (label == Address || label == MessageAddress.Target(Address) || (MessageAddress.TryCreate(label, out var claimed) && claimed == Address));

    public static MessageLink To(string typed, string address) => new(typed, address, bare: true);

    public static MessageLink Labelled(string label, string address) => new(label, address, bare: false);
}
