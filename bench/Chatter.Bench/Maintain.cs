namespace Chatter.Bench;

/// <summary>What it takes to back up, verify and restore, and what who chats meanwhile notices of the backup.</summary>
internal static class Maintain
{
    private const int Senders = 50;
    private const int Window = 4;

    public static async Task<Dictionary<string, object>> Run(int seconds)
    {
        var data = Directory.CreateTempSubdirectory("chatter-bench-").FullName;
        var backup = Directory.CreateTempSubdirectory("chatter-bench-").FullName;
        var restored = Directory.CreateTempSubdirectory("chatter-bench-").FullName;
        try
        {
            using var server = new ServerProcess(data);
            await server.Start();
            var filling = await Append.Run(server, Senders, Window, () => Task.Delay(seconds * 1_000));
            var result = new Dictionary<string, object> { ["p99ms"] = filling["p99ms"] };
            var took = TimeSpan.Zero;
            var during = await Append.Run(server, Senders, Window, async () => took = await server.Command("backup", backup, $"--Chatter:DataPath={data}"));
            (result["p99msDuringBackup"], result["maxMsDuringBackup"]) = (during["p99ms"], during["maxMs"]);
            result["databaseMiB"] = new FileInfo(Path.Combine(backup, "chatter.db")).Length >> 20;
            result["backupSeconds"] = Math.Round(took.TotalSeconds, 1);
            result["verifyWhileItRunsSeconds"] = Math.Round((await server.Command("verify", data)).TotalSeconds, 1);
            server.Kill();
            result["verifySeconds"] = Math.Round((await server.Command("verify", backup)).TotalSeconds, 1);
            result["restoreSeconds"] = Math.Round((await server.Command("restore", backup, $"--Chatter:DataPath={restored}")).TotalSeconds, 1);
            result["violations"] = (int)filling["violations"] + (int)during["violations"];
            return result;
        }
        finally
        {
            foreach (var folder in (string[])[data, backup, restored]) Directory.Delete(folder, recursive: true);
        }
    }
}
