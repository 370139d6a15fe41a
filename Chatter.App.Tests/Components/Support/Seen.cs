using System.Text;
using AngleSharp.Dom;

namespace Chatter.App.Tests.Components.Support;

/// <summary>Markup as a person has it read to him: by names and texts, without what is hidden from him.</summary>
internal static class Seen
{
    private const string Controls = "button, a[href], input, textarea, [role=menuitem], .mud-menu-item";

    /// <summary>What an element is called: its label, or what it says.</summary>
    public static string Name(this IElement element) => element.GetAttribute("aria-label") is { Length: > 0 } label ? label : element.Said();

    /// <summary>The text of an element, without what <c>aria-hidden</c> or <c>hidden</c> takes away, and with single spaces.</summary>
    public static string Said(this INode node)
    {
        var text = new StringBuilder();
        Read(node, text);
        return Plain(text.ToString());
    }

    /// <summary>A text with single spaces.</summary>
    public static string Plain(string text) => string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));

    /// <summary>Whatever can be acted on and is called so, by itself or by a label among the elements.</summary>
    public static IEnumerable<IElement> Controlled(this IReadOnlyCollection<IElement> elements, string name)
    {
        var labelled = elements.Where(e => e.LocalName == "label" && e.Said() == name).Select(static label => label.GetAttribute("for")).ToHashSet();
        return elements.Where(e => e.Matches(Controls) && (e.Name() == name || (e.Id is { Length: > 0 } id && labelled.Contains(id))));
    }

    private static void Read(INode node, StringBuilder text)
    {
        if (node is IText) text.Append(node.TextContent);
        if (node is IElement element && (element.GetAttribute("aria-hidden") == "true" || element.HasAttribute("hidden") || element.LocalName is "style" or "script" or "title")) return;
        foreach (var child in node.ChildNodes) Read(child, text);
        if (node is IElement) text.Append(' ');
    }
}
