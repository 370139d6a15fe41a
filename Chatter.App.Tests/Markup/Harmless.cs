using AngleSharp.Dom;

namespace Chatter.App.Tests.Markup;

/// <summary>The elements and attributes that messages may have, and nothing else.</summary>
internal static class Harmless
{
    private static readonly Dictionary<string, string[]> Allowed = new[]
    {
        "p class dir", "div class", "span class", "strong", "em", "del", "code", "pre dir tabindex", "blockquote dir", "ul role", "ol role", "li dir", "a href rel target",
        "button aria-expanded aria-label blazor:onclick class type",
    }.ToDictionary(static element => element.Split(' ')[0], static element => element.Split(' ')[1..]);

    private static readonly string[] Classes = ["text", "text folded", "mark", "code", "code-bar", "code-name", "copy", "link fold", "mention", "target"];

    public static void Assert(IEnumerable<INode> nodes)
    {
        foreach (var node in nodes)
        {
            Xunit.Assert.True(node is IElement or IText, $"{node.NodeType} {node.NodeName}");
            if (node is IElement element) Assert(element);
            Assert(node.ChildNodes);
        }
    }

    private static void Assert(IElement element)
    {
        Xunit.Assert.Contains(element.LocalName, Allowed.Keys);
        foreach (var attribute in element.Attributes)
        {
            Xunit.Assert.Contains(attribute.Name, Allowed[element.LocalName]);
            switch (attribute.Name)
            {
                case "class":
                    Xunit.Assert.Contains(attribute.Value, Classes);
                    break;
                case "href":
                    Xunit.Assert.Matches("^(https?://[^/\\s]|mailto:[^@\\s]+@)", attribute.Value);
                    Xunit.Assert.DoesNotContain(attribute.Value, char.IsWhiteSpace);
                    Xunit.Assert.DoesNotContain(attribute.Value, static c => c is '"' or '<' or '>' or '\\');
                    break;
            }
        }
        if (element.LocalName == "a") Xunit.Assert.Equal(("_blank", "noopener noreferrer nofollow"), (element.GetAttribute("target"), element.GetAttribute("rel")));
    }
}
