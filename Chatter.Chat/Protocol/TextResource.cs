using System.Text;

namespace Chatter.Chat.Protocol;

/// <summary>Tables that are compiled into the library.</summary>
internal static class TextResource
{
    /// <summary>The lines of a table, without empty ones.</summary>
    public static IReadOnlyList<string> Lines(string name)
    {
        using var resource = typeof(TextResource).Assembly.GetManifestResourceStream(name) ?? throw new InvalidOperationException($"The table {name} is missing from the assembly.");
        using var reader = new StreamReader(resource, Encoding.UTF8);
        return reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }
}
