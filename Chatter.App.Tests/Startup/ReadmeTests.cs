using System.Diagnostics;
using System.Net.Http.Json;
using Chatter.App.Tests.Docs;
using Chatter.Chat.Client;
using Chatter.Chat.Protocol;
using Xunit;

namespace Chatter.App.Tests.Startup;

/// <summary>What the README tells people to type does what it says.</summary>
public sealed class ReadmeTests : IDisposable
{
    private const string Address = "localhost:8080";
    private const string Mark = "---- end of the command ----";

    private readonly string _folder = Directory.CreateTempSubdirectory("chatter-readme-").FullName;
    private readonly string _readme = Repository.Read("README.md");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task The_commands_answer_as_the_README_shows()
    {
        await using var server = await ServerProcess.Start(_folder, null, ("ASPNETCORE_ENVIRONMENT", "Development"));
        var steps = Repository.Blocks(_readme, "console").SelectMany(Steps).ToArray();
        var script = string.Concat(steps.Select(step => $"{step.Command.Replace(Address, server.Address.Authority, StringComparison.Ordinal)}\necho '{Mark}'\n"));

        var answers = (await RunShell(script)).Split(Mark + "\n");

        Assert.Equal(steps.Length + 1, answers.Length);
        Assert.All(steps.Zip(answers), static pair => Assert.Equal(Lines(pair.First.Shown), Lines(pair.Second)));
    }

    [Fact]
    public void The_program_is_the_one_that_is_compiled()
    {
        var shown = Assert.Single(Repository.Blocks(_readme, "csharp")).Split('\n');
        var compiled = Repository.Read("Chatter.App.Tests/Startup/ReadmeBot.cs").Split("// README")[1].Split('\n');

        Assert.Equal(
            compiled.Select(static line => line.Length > 8 ? line[8..] : "").Where(static line => line.Length > 0),
            shown.Where(static line => line.Length > 0 && !line.StartsWith("using ", StringComparison.Ordinal) && !line.StartsWith("var server", StringComparison.Ordinal)));
        Assert.Contains(shown, static line => line == $"var server = new Uri(\"http://{Address}\");");
    }

    [Fact]
    public async Task The_program_answers_who_writes_in_its_room()
    {
        var cancel = TestContext.Current.CancellationToken;
        await using var server = await ServerProcess.Start(_folder);
        await Register(server, "ada", "frost on the tomatoes");
        await Register(server, "ben", "rain in the garden");
        await using var ada = await ChatClient.LogIn(server.Address, "ada", "frost on the tomatoes", cancel);
        var room = await ada.CreateRoom("garden", cancel: cancel);
        await using (var ben = await ChatClient.LogIn(server.Address, "ben", "rain in the garden", cancel)) await ben.Join(room.Id, cancel: cancel);

        var bot = ReadmeBot.Run(server.Address);
        var answered = Answer(ada, cancel);
        // A bot that comes after a message isn't told of it, so it is asked until it is there.
        for (var i = 0; !answered.IsCompleted && !bot.IsCompleted; i++)
        {
            await ada.Send(room.Id, "Frost tonight?", cancel: cancel);
            await Task.WhenAny(answered, bot, Task.Delay(500, cancel));
        }

        Assert.Equal("ada said: Frost tonight?", await answered.WaitAsync(TimeSpan.FromSeconds(30), cancel));
    }

    private static async Task<string?> Answer(ChatClient client, CancellationToken cancel)
    {
        await foreach (var frame in client.Frames(cancel))
            if (frame is RoomEvent { From.Name: "ben", Kind: EventKinds.Message } answer) return answer.Text;
        return null;
    }

    private static async Task Register(ServerProcess server, string name, string password)
    {
        using var http = new HttpClient { BaseAddress = server.Address };
        using var answer = await http.PostAsJsonAsync("/api/register", new { name, password }, TestContext.Current.CancellationToken);
        answer.EnsureSuccessStatusCode();
    }

    private static IEnumerable<(string Command, string Shown)> Steps(string block) =>
        ("\n" + block).Split("\n$ ").Skip(1).Select(static step => step.Split('\n', 2)).Select(static parts => (parts[0], parts.Length > 1 ? parts[1] : ""));

    /// <summary>Sorted: the answer to a send and its event come in either order.</summary>
    private static IEnumerable<string> Lines(string text) => text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Order(StringComparer.Ordinal);

    private async Task<string> RunShell(string script)
    {
        var file = Path.Combine(_folder, "walk.sh");
        await File.WriteAllTextAsync(file, script, TestContext.Current.CancellationToken);
        // Its input stays open, as a terminal's does: wscat ends when its input does.
        using var shell = Process.Start(new ProcessStartInfo("bash", [file]) { RedirectStandardInput = true, RedirectStandardOutput = true, WorkingDirectory = _folder })!;
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(TimeSpan.FromMinutes(2));
        try
        {
            return await shell.StandardOutput.ReadToEndAsync(limit.Token);
        }
        finally
        {
            if (!shell.HasExited) shell.Kill(entireProcessTree: true);
        }
    }
}
