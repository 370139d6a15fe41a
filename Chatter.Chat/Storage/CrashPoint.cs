using System.Diagnostics;
using System.Globalization;

namespace Chatter.Chat.Storage;

/// <summary>
/// Lets a test have the process killed (SIGKILL) at a named point, since a kill from outside hits the narrow ones too rarely:
/// <c>CHATTER_DIE_AT=after-commit-before-dispatch:20</c> dies when that point is passed for the 20th time. Heeded in the environment Testing only,
/// by variables of the process alone, so that no settings file can ask for it.
/// </summary>
internal static class CrashPoint
{
    public const string BeforeCommit = "before-commit";
    public const string AfterCommitBeforeDispatch = "after-commit-before-dispatch";
    public const string AfterDispatchBeforeAnswer = "after-dispatch-before-answer";
    public const string DuringCheckpoint = "during-checkpoint";
    public const string DuringMigration = "during-migration";
    public const string BeforeIndexCommit = "before-index-commit";

    private static readonly string[]? Armed =
        Environment.GetEnvironmentVariable("ASPNETCORE_ENVIRONMENT") == "Testing" ? Environment.GetEnvironmentVariable("CHATTER_DIE_AT")?.Split(':') : null;

    private static int _left = Armed is [_, var passes, ..] ? int.Parse(passes, CultureInfo.InvariantCulture) : 1;

    /// <summary>Whether the process is to die there.</summary>
    public static bool IsArmed(string point) => Armed is not null && Armed[0] == point;

    /// <summary>Dies here, where that is asked for.</summary>
    public static void Pass(string point)
    {
        if (IsArmed(point) && Interlocked.Decrement(ref _left) == 0) Die();
    }

    /// <summary>Dies within what begins here and takes a while: as many milliseconds from now as are asked for.</summary>
    public static void Begin(string point)
    {
        if (!IsArmed(point)) return;
        var milliseconds = Volatile.Read(ref _left);
        new Thread(() =>
        {
            Thread.Sleep(milliseconds);
            Die();
        })
        { IsBackground = true }.Start();
    }

    private static void Die()
    {
        using var self = Process.GetCurrentProcess();
        self.Kill();
    }
}
