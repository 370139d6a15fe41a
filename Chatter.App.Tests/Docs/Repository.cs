namespace Chatter.App.Tests.Docs;

/// <summary>The files that the tests are built from.</summary>
internal static class Repository
{
    public static string Root { get; } = FindRoot();

    public static string Read(string path) => File.ReadAllText(Path.Combine(Root, path));

    /// <summary>The fenced blocks of a language in a Markdown page, in order.</summary>
    public static IReadOnlyList<string> Blocks(string markdown, string language) =>
        [.. markdown.Split("```" + language + "\n").Skip(1).Select(static rest => rest[..rest.IndexOf("```", StringComparison.Ordinal)])];

    /// <summary>The rows of the table under a header row, their cells trimmed.</summary>
    public static IReadOnlyList<string[]> Table(string markdown, string header)
    {
        var rows = markdown.Split('\n').SkipWhile(line => line != header).Skip(2).TakeWhile(static line => line.StartsWith('|'));
        return [.. rows.Select(static row => row.Trim('|').Split('|').Select(static cell => cell.Trim().Trim('`')).ToArray())];
    }

    private static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            if (File.Exists(Path.Combine(folder.FullName, "Chatter.Blazor.sln"))) return folder.FullName;
        throw new InvalidOperationException($"{AppContext.BaseDirectory} is in no clone of the repository.");
    }
}
