using System.Diagnostics;
using Chatter.Chat.Tests.Support;
using Xunit;

namespace Chatter.Chat.Tests.Interop;

/// <summary>Clients that share no code with ours, nor with .NET, have the same conversation with the server: npm's <c>ws</c>, and Debian's <c>websockets</c> for Python.</summary>
public sealed class InteropTests
{
    /// <summary>What each of them goes through, in this order.</summary>
    private static readonly string[] Steps =
    [
        "joining subscribes the open socket", "sends are acknowledged, and come to both in their order", "a nonce sent again makes no second event", "a message in fragments is one message",
        "pings are answered, ours and theirs", "after an abort, resuming gives what was missed and nothing twice", "close codes are those that were meant", "done",
    ];

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public Task The_ws_of_Node_understands_the_server(bool tls) => Converses(tls, "node", "client.mjs");

    /// <summary>Debian's own Python, since another one that comes first in the path hasn't Debian's packages.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public Task The_websockets_of_Python_understand_the_server(bool tls) =>
        Converses(tls, Environment.GetEnvironmentVariable("PYTHON") ?? "/usr/bin/python3", "client.py");

    private static async Task Converses(bool tls, string program, string script)
    {
        // A short heartbeat, so that the client has pings to answer; long enough for a busy machine.
        await using var server = await ChatServer.Start(static settings => settings["Chatter:Socket:Heartbeat"] = "00:00:04", tls: tls);
        var (code, output) = await Run(program, Path.Combine(Folder(), script), server.Address.ToString());
        Assert.True(code == 0, $"{script} ended with {code}. `./test.sh` installs what it needs. It said:\n{output}");
        Assert.Equal(Steps, output.Split('\n').Where(Steps.Contains));
        Assert.Empty(server.Log.Errors);
    }

    private static async Task<(int Code, string Output)> Run(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["NODE_TLS_REJECT_UNAUTHORIZED"] = "0"; // The certificate is signed by nobody.
        start.Environment["PYTHONIOENCODING"] = "utf-8";
        using var process = Process.Start(start) ?? throw new InvalidOperationException($"{program} didn't start.");
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(Patience.Bulk);
        try
        {
            var said = process.StandardOutput.ReadToEndAsync(limit.Token);
            var complained = process.StandardError.ReadToEndAsync(limit.Token);
            await process.WaitForExitAsync(limit.Token);
            return (process.ExitCode, await said + await complained);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }
    }

    private static string Folder()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Interop", "package.json"))) return Path.Combine(folder.FullName, "Interop");
        }
        throw new InvalidOperationException("The clients' folder isn't above the tests.");
    }
}
