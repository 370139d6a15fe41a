namespace Chatter.App.Commands;

/// <summary>What was typed: a command, its words and switches, and what is left for the settings.</summary>
internal sealed record CommandLine(string Name, IReadOnlyList<string> Words, IReadOnlySet<string> Switches, string[] Settings)
{
    /// <summary>What commands take of a server's settings: those that say where the data is. What else has dashes is a mistake, and is left among the words.</summary>
    private static readonly string[] Common = ["--Chatter:", "--environment", "--contentRoot"];

    /// <summary>Reads the command line of a command.</summary>
    /// <returns>Null where it starts the server: nothing was given, or only settings.</returns>
    public static CommandLine? Parse(string[] args, IReadOnlySet<string> switches)
    {
        if (args.Length == 0 || IsSetting(args[0]) && !switches.Contains(args[0])) return null;
        var (words, given, settings) = (new List<string>(), new HashSet<string>(), new List<string>());
        for (var i = 1; i < args.Length; i++)
        {
            if (switches.Contains(args[i]))
            {
                given.Add(args[i]);
            }
            else if (Common.Any(name => args[i].StartsWith(name, StringComparison.OrdinalIgnoreCase)))
            {
                settings.Add(args[i]);
                // As in `--Chatter:DataPath /var/lib/chatter`.
                if (!args[i].Contains('=', StringComparison.Ordinal) && i + 1 < args.Length) settings.Add(args[++i]);
            }
            else
            {
                words.Add(args[i]);
            }
        }
        return new CommandLine(args[0], words, given, [.. settings]);
    }

    /// <summary>As the settings of .NET are given: <c>--key value</c>, <c>--key=value</c>, <c>/key value</c>, <c>key=value</c>.</summary>
    private static bool IsSetting(string arg) => arg.StartsWith('-') || arg.StartsWith('/') || arg.Contains('=', StringComparison.Ordinal);
}
