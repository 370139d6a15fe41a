using System.Globalization;
using Chatter.App.Startup;
using Chatter.Chat.Maintenance;

namespace Chatter.App.Commands;

/// <summary>What the program does besides serving: a word on the command line, a line of figures, an exit code (docs/operations.md).</summary>
internal static class MaintenanceCommands
{
    /// <summary>The exit code where it could not be done.</summary>
    private const int Failed = 1;

    /// <summary>The exit code where data breaks laws.</summary>
    private const int Broken = 2;

    private const string Replace = "--replace";
    private const string KeepSessions = "--keep-sessions";

    private static readonly HashSet<string> Switches = [Replace, KeepSessions, "--help", "-h", "-?"];

    private const string Usage = """
        Chatter.App                             serves; settings as --Chatter:DataPath=FOLDER, --urls=http://localhost:8080
        Chatter.App backup TARGET               copies the data to TARGET, a new or empty folder, also while the server runs
        Chatter.App restore SOURCE [--replace]  puts a backup in place of the data, while the server is stopped; all
                                                logins end, unless --keep-sessions is given
        Chatter.App verify [FOLDER]             checks the data, or a backup, also while the server runs
        Each command takes settings, too. Exit codes: 0 done, 1 not done, 2 data is damaged.
        """;

    /// <summary>Runs what the command line names.</summary>
    /// <returns>The exit code; null where it names no command, and the server is to be started.</returns>
    public static int? Run(string[] args)
    {
        if (CommandLine.Parse(args, Switches) is not { } line) return null;
        if (line.Name is "--help" or "-h" or "-?" or "help" || line.Switches.Any(static given => given is not (Replace or KeepSessions)))
        {
            Console.WriteLine(Usage);
            return 0;
        }
        if (line.Words.FirstOrDefault(static word => word.StartsWith('-')) is { } unknown) return Misuse($"{line.Name} has no {unknown}.");
        return (line.Name, line.Words) switch
        {
            ("backup", [var target]) when line.Switches.Count == 0 => Try("back up", () => Backup(line, target)),
            ("restore", [var source]) => Try("restore", () => Restore(line, source)),
            ("verify", []) when line.Switches.Count == 0 => Try("verify", () => Verify(DataFolder.Of(line.Settings))),
            ("verify", [var folder]) when line.Switches.Count == 0 => Try("verify", () => Verify(folder)),
            ("backup" or "restore" or "verify", _) => Misuse($"That isn't how {line.Name} is used."),
            _ => Misuse($"There is no command \"{line.Name}\"."),
        };
    }

    private static int Misuse(string problem)
    {
        Console.Error.WriteLine($"{problem} Usage:");
        Console.Error.WriteLine(Usage);
        return Failed;
    }

    private static int Try(string what, Func<int> command)
    {
        try
        {
            return command();
        }
        catch (BadSettingsException e)
        {
            foreach (var problem in e.Errors) Console.Error.WriteLine($"Chatter can't {what}: {problem}");
            return Failed;
        }
        catch (MaintenanceException e)
        {
            foreach (var finding in e.Findings) Console.Error.WriteLine(finding);
            Console.Error.WriteLine($"Chatter can't {what}: {e.Message}");
            return e.Findings.Count > 0 ? Broken : Failed;
        }
    }

    private static int Backup(CommandLine line, string target)
    {
        var made = StoreBackup.Run(DataFolder.Of(line.Settings), target);
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"Backed up {made.Report.Figures} to {made.Target} in {made.Took.TotalSeconds:N1} s; the data was held for {made.Held.TotalSeconds:N1} s of them."));
        return 0;
    }

    private static int Restore(CommandLine line, string source)
    {
        var done = StoreRestore.Run(DataFolder.Of(line.Settings), source, line.Switches.Contains(Replace), TimeProvider.System, line.Switches.Contains(KeepSessions));
        var before = done.Replaced is null ? "" : $" What was there is in {done.Replaced}.";
        Console.WriteLine($"Restored {done.Report.Figures} into {done.Folder}, with a new epoch.{before}");
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"Logins that ended: {done.SessionsEnded:N0}.{(line.Switches.Contains(KeepSessions) ? "" : " Everybody has to log in again.")}"));
        if (done.OldPasswords.Count > 0) Console.WriteLine($"Passwords that were changed after the backup are the old ones again: {string.Join(", ", done.OldPasswords)}. Tell these people to change them.");
        return 0;
    }

    private static int Verify(string folder)
    {
        var report = StoreVerifier.Verify(folder);
        foreach (var finding in report.Findings) Console.WriteLine(finding);
        if (report.Unsummed > 0) Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{report.Unsummed:N0} events have no checksum, since an older Chatter wrote them."));
        var verdict = report.Findings.Count switch { 0 => "all is as it should be", 1 => "1 law is broken", var many => string.Create(CultureInfo.InvariantCulture, $"{many:N0} laws are broken") };
        Console.WriteLine($"Verified {report.Figures} in {Path.GetFullPath(folder)}: {verdict}.");
        return report.Findings.Count > 0 ? Broken : 0;
    }
}
