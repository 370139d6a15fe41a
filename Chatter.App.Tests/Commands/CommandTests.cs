using System.Diagnostics;
using System.Net.Http.Json;
using System.Runtime.Versioning;
using Chatter.App.Tests.Startup;
using Xunit;

namespace Chatter.App.Tests.Commands;

/// <summary>The commands as one types them: what they say and with which code they end.</summary>
public sealed class CommandTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("chatter-commands-").FullName;

    private string Data => Path.Combine(_folder, "data");

    private string Target => Path.Combine(_folder, "backup");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("--help")]
    [InlineData("help")]
    [InlineData("backup --help")]
    public async Task Help_lists_the_commands(string line)
    {
        var (code, errors, output) = await Run(line.Split(' '));

        Assert.Equal((0, ""), (code, errors));
        Assert.All(new[] { "backup TARGET", "restore SOURCE [--replace]", "verify [FOLDER]" }, command => Assert.Contains($"Chatter.App {command}", output, StringComparison.Ordinal));
        Assert.False(Directory.Exists(Data));
    }

    [Theory]
    [InlineData("backupp", "There is no command \"backupp\".")]
    [InlineData("backup", "That isn't how backup is used.")]
    [InlineData("backup one two", "That isn't how backup is used.")]
    [InlineData("backup one --replace", "That isn't how backup is used.")]
    [InlineData("restore", "That isn't how restore is used.")]
    [InlineData("verify --verbose", "verify has no --verbose.")]
    [InlineData("verify one two", "That isn't how verify is used.")]
    public async Task What_is_no_command_is_answered_with_the_usage(string line, string told)
    {
        var (code, errors, output) = await Run(line.Split(' '));

        Assert.Equal((1, ""), (code, output));
        Assert.StartsWith(told, errors, StringComparison.Ordinal);
        Assert.Contains("Chatter.App verify [FOLDER]", errors, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Data));
    }

    [Theory]
    [InlineData("backup {0}/backup", "back up", "there is no chatter.db in")]
    [InlineData("verify", "verify", "there is no chatter.db in")]
    [InlineData("verify {0}/nowhere", "verify", "there is no chatter.db in")]
    [InlineData("restore {0}/nowhere", "restore", "there is no chatter.db in")]
    [InlineData("verify --Chatter:Limits:Sockets=0", "verify", "Chatter:Limits:Sockets")]
    public async Task Where_nothing_is_nothing_is_done(string line, string what, string told)
    {
        var (code, errors, output) = await Run([.. line.Split(' ').Select(word => string.Format(System.Globalization.CultureInfo.InvariantCulture, word, _folder))]);

        Assert.Equal((1, ""), (code, output));
        AssertOneLine(errors, $"Chatter can't {what}: ", told);
        Assert.False(Directory.Exists(Target));
    }

    [Fact]
    public async Task Beside_a_running_server_one_backs_up_and_verifies_and_after_it_one_restores()
    {
        await using var server = await ServerProcess.Start(_folder);
        using var http = new HttpClient { BaseAddress = server.Address };
        using var registered = await http.PostAsJsonAsync("/api/register", new { name = "ada", password = "frost on the tomatoes" }, TestContext.Current.CancellationToken);
        registered.EnsureSuccessStatusCode();

        var (code, errors, output) = await Run("backup", Target);
        Assert.Equal((0, ""), (code, errors));
        Assert.Matches($@"^Backed up 0 rooms, 0 events, 1 users, 0\.\d MB to {Target} in \d+\.\d s; the data was held for \d+\.\d s of them\.\n$", output);
        Assert.Equal(0, await Check(Target));
        (code, errors, output) = await Run("verify");
        Assert.Equal((0, ""), (code, errors));
        Assert.Matches($@"^Verified 0 rooms, 0 events, 1 users, 0\.\d MB in {Data}: all is as it should be\.\n$", output);
        (code, errors, _) = await Run("restore", Target, "--replace");
        Assert.Equal(1, code);
        AssertOneLine(errors, "Chatter can't restore: ", "in use by another Chatter process");

        Assert.Equal(0, await server.Terminate());
        (code, errors, _) = await Run("restore", Target);
        Assert.Equal(1, code);
        AssertOneLine(errors, "Chatter can't restore: ", "--replace");
        (code, errors, output) = await Run("restore", "--replace", Target, "--Chatter:DataPath", Data);
        Assert.Equal((0, ""), (code, errors));
        Assert.Matches($@"^Restored 0 rooms, 0 events, 1 users, 0\.\d MB into {Data}, with a new epoch\. What was there is in {Data}/replaced-\d+T\d+Z\.\nLogins that ended: 1\. Everybody has to log in again\.\n$", output);
        await using var again = await ServerProcess.Start(_folder);
        using var login = new HttpClient { BaseAddress = again.Address };
        using var loggedIn = await login.PostAsJsonAsync("/api/login", new { name = "ada", password = "frost on the tomatoes" }, TestContext.Current.CancellationToken);
        loggedIn.EnsureSuccessStatusCode();
    }

    [Fact]
    public async Task A_target_that_cannot_take_a_backup_is_named()
    {
        await MakeData();
        var file = Path.Combine(_folder, "file");
        await File.WriteAllTextAsync(file, "", TestContext.Current.CancellationToken);

        await AssertRefused(file, $"{file} is a file");
        await AssertRefused(_folder, $"{_folder} exists and isn't empty");
        await AssertRefused(Path.Combine(_folder, "missing", "backup"), $"{Path.Combine(_folder, "missing")}, in which the backup would be, doesn't exist");
        await AssertRefused("/proc/chatter-backup", "/proc/chatter-backup can't be made");

        async Task AssertRefused(string target, string told)
        {
            var (code, errors, _) = await Run("backup", target);
            Assert.Equal(1, code);
            AssertOneLine(errors, "Chatter can't back up: ", told);
        }
    }

    [Fact]
    public async Task D2_on_a_full_disk_the_backup_fails_in_a_line_and_leaves_nothing()
    {
        await MakeData();

        // A limit on the size of files; the runtime's own are made in memory, which counts too.
        var (code, errors) = await Shell($"trap '' XFSZ; ulimit -f 50; DOTNET_EnableWriteXorExecute=0 exec dotnet '{Path.Combine(AppContext.BaseDirectory, "Chatter.App.dll")}' backup '{Target}' --Chatter:DataPath='{Data}'");

        Assert.Equal(1, code);
        AssertOneLine(errors, "Chatter can't back up: ", Target);
        Assert.False(Directory.Exists(Target));
    }

    [Fact]
    public async Task Damage_ends_with_code_2_and_the_law()
    {
        await MakeData();
        await Run("backup", Target);
        await using (var file = new FileStream(Path.Combine(Target, "chatter.db"), FileMode.Open))
        {
            file.Position = 5_000;
            file.WriteByte(77);
        }

        var (code, errors, output) = await Run("verify", Target);
        Assert.Equal((2, ""), (code, errors));
        Assert.Contains("files: chatter.db isn't as it was when the backup was made.\n", output, StringComparison.Ordinal);
        (code, errors, output) = await Run("restore", Target, "--replace");
        Assert.Equal((2, ""), (code, output));
        Assert.Contains("\nChatter can't restore: ", errors, StringComparison.Ordinal);
        Assert.Equal(0, (await Run("verify")).ExitCode);
    }

    [Fact]
    public async Task D5_a_server_does_not_start_on_damaged_files_and_says_why_in_a_line()
    {
        await MakeData();
        await using (var file = new FileStream(Path.Combine(Data, "chatter.db"), FileMode.Open)) file.SetLength(file.Length / 2);

        var (code, errors, _) = await ServerProcess.RunToEnd(_folder);

        Assert.Equal(1, code);
        AssertOneLine(errors, "Chatter can't start: ", Path.Combine(Data, "chatter.db"), "truncated", "Restore a backup");
    }

    [Fact]
    [UnsupportedOSPlatform("windows")]
    public async Task D5_a_folder_that_cannot_be_written_can_be_verified_and_backed_up()
    {
        await MakeData();
        // The keys are for nobody but their owner otherwise.
        foreach (var file in Directory.EnumerateFiles(Data, "*", SearchOption.AllDirectories)) File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.GroupRead | UnixFileMode.OtherRead);
        const UnixFileMode ReadOnly = UnixFileMode.UserRead | UnixFileMode.UserExecute | UnixFileMode.GroupRead | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute;
        File.SetUnixFileMode(Data, ReadOnly);
        File.SetUnixFileMode(_folder, ReadOnly);
        var shelf = Directory.CreateTempSubdirectory("chatter-shelf-").FullName;
        File.SetUnixFileMode(shelf, (UnixFileMode)0b111_111_111);
        try
        {
            // Nothing is read-only for root; somebody else has to be let read the program, which may lie in root's home.
            var somebody = Environment.UserName == "root" ? "setpriv --reuid 65534 --regid 65534 --clear-groups --inh-caps=+dac_read_search --ambient-caps=+dac_read_search env DOTNET_CLI_HOME=/tmp " : "";
            var program = $"{somebody}dotnet '{Path.Combine(AppContext.BaseDirectory, "Chatter.App.dll")}'";

            Assert.Equal((0, ""), await Shell($"cd /; {program} verify '{Data}'"));
            Assert.Equal((0, ""), await Shell($"cd /; {program} backup '{shelf}/backup' --Chatter:DataPath='{Data}'"));
            var (code, errors) = await Shell($"cd /; {program} --Chatter:DataPath='{Data}' --urls http://127.0.0.1:0");
            Assert.Equal(1, code);
            AssertOneLine(errors, "Chatter can't start: ", Data, "can't be written");
        }
        finally
        {
            const UnixFileMode Mine = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
            File.SetUnixFileMode(_folder, Mine);
            File.SetUnixFileMode(Data, Mine);
            Directory.Delete(shelf, recursive: true);
        }
    }

    private async Task MakeData()
    {
        await using var server = await ServerProcess.Start(_folder);
        Assert.Equal(0, await server.Terminate());
    }

    private Task<(int ExitCode, string Errors, string Output)> Run(params string[] arguments) => ServerProcess.RunToEnd(_folder, arguments);

    /// <summary>Without Chatter.</summary>
    private static async Task<int> Check(string backup) => (await Shell($"cd '{backup}' && sha256sum --quiet -c SHA256SUMS")).ExitCode;

    private static async Task<(int ExitCode, string Errors)> Shell(string script)
    {
        using var shell = Process.Start(new ProcessStartInfo("bash", ["-c", script]) { RedirectStandardError = true, RedirectStandardOutput = true })!;
        var output = shell.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        var errors = await shell.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken).WaitAsync(TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken);
        await output;
        await shell.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (shell.ExitCode, errors.TrimEnd());
    }

    private static void AssertOneLine(string errors, string start, params string[] told)
    {
        Assert.StartsWith(start, errors, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', errors);
        Assert.All(told, part => Assert.Contains(part, errors, StringComparison.Ordinal));
    }
}
