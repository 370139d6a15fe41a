using System.Net;
using System.Net.Sockets;
using Xunit;

namespace Chatter.App.Tests.Startup;

public sealed class StartupTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("chatter-startup-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("Chatter__Limits__Sockets", "0", "Chatter:Limits:Sockets", "\"0\"", "from 1 to 10000000", "Default: 100000")]
    [InlineData("Chatter__Limits__Sockets", "abc", "Chatter:Limits:Sockets", "\"abc\"", "no whole number", "from 1 to 10000000")]
    [InlineData("Chatter__Socket__Heartbeat", "30", "Chatter:Socket:Heartbeat", "\"30\"", "out of range", "from 00:00:00.1 to 00:10:00")]
    [InlineData("Chatter__Sessions__Single", "Maybe", "Chatter:Sessions:Single", "\"Maybe\"", "Off, Refuse, Replace", "Default: Off")]
    [InlineData("Chatter__DataPath", " ", "Chatter:DataPath", "\" \"", "must not be empty", "Default: data")]
    [InlineData("Chatter__Proxies__0", "10.1", "Chatter:Proxies:0", "Chatter__Proxies__0", "\"10.1\"", "no address or network", "10.0.0.0/8")]
    [InlineData("ASPNETCORE_URLS", "localhost", "\"localhost\"", "no address", "http://localhost:8080", "ASPNETCORE_URLS")]
    public async Task A_bad_setting_is_named_with_its_value_and_what_is_allowed(string variable, string value, params string[] told)
    {
        var (code, errors, _) = await ServerProcess.RunToEnd(_folder, [], (variable, value));

        AssertOneLine(code, errors, told);
    }

    [Fact]
    public async Task All_bad_settings_are_named_at_once()
    {
        var (code, errors, _) = await ServerProcess.RunToEnd(_folder, null, ("Chatter__Limits__Sockets", "0"), ("Chatter__Engine__Readers", "many"));

        Assert.Equal(1, code);
        Assert.Equal(2, errors.Split('\n').Length);
        Assert.All(errors.Split('\n'), static line => Assert.StartsWith("Chatter can't start: ", line, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_misspelt_setting_is_a_warning_that_names_the_right_one()
    {
        await using var server = await ServerProcess.Start(_folder, null, ("Chatter__Limits__SocketPerUser", "3"), ("Chatter__SendBurst", "9"), ("Chatter__Colour", "red"));

        var lines = server.Errors.TrimEnd().Split('\n');
        Assert.Equal(3, lines.Length);
        Assert.Contains(lines, static line => line.Contains("Chatter:Limits:SocketPerUser", StringComparison.Ordinal) && line.Contains("Did you mean Chatter:Limits:SocketsPerUser", StringComparison.Ordinal));
        Assert.Contains(lines, static line => line.Contains("Chatter:SendBurst", StringComparison.Ordinal) && line.Contains("Did you mean Chatter:Limits:SendBurst", StringComparison.Ordinal));
        Assert.Contains(lines, static line => line.Contains("Chatter:Colour", StringComparison.Ordinal) && !line.Contains("Did you mean", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Without_knowledge_of_languages_it_says_what_to_install()
    {
        var (code, errors, _) = await ServerProcess.RunToEnd(_folder, [], ("DOTNET_SYSTEM_GLOBALIZATION_INVARIANT", "1"));

        AssertOneLine(code, errors, "languages", "ICU", "DOTNET_SYSTEM_GLOBALIZATION_INVARIANT");
    }

    [Fact]
    public async Task A_port_in_use_is_told_with_what_to_do()
    {
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();
        var url = $"http://{other.LocalEndpoint}";

        var (code, errors, _) = await ServerProcess.RunToEnd(_folder, ["--urls", url]);

        AssertOneLine(code, errors, url, "in use", "--urls");
    }

    [Fact]
    public async Task A_second_process_on_the_same_data_is_told_so()
    {
        await using var first = await ServerProcess.Start(_folder);

        var (code, errors, _) = await ServerProcess.RunToEnd(_folder);

        AssertOneLine(code, errors, Path.Combine(_folder, "data"), "another Chatter process", "Chatter__DataPath");
    }

    [Fact]
    public async Task A_data_folder_below_a_file_is_told_with_its_path()
    {
        var file = Path.Combine(_folder, "file");
        await File.WriteAllTextAsync(file, "", TestContext.Current.CancellationToken);
        var below = Path.Combine(file, "data");

        var (code, errors, _) = await ServerProcess.RunToEnd(_folder, null, ("Chatter__DataPath", below));

        AssertOneLine(code, errors, below, "Chatter__DataPath");
    }

    [Fact]
    public async Task A_settings_file_that_is_no_JSON_is_told_with_its_path()
    {
        var file = Path.Combine(_folder, "appsettings.json");
        await File.WriteAllTextAsync(file, "{ \"Chatter\": ", TestContext.Current.CancellationToken);

        var (code, errors, _) = await ServerProcess.RunToEnd(_folder);

        AssertOneLine(code, errors, file, "LineNumber");
    }

    [Fact]
    public async Task A_started_server_says_where_it_listens_and_keeps_its_data_and_stops_at_SIGTERM()
    {
        await using var server = await ServerProcess.Start(_folder);
        using var http = new HttpClient { BaseAddress = server.Address };

        Assert.Equal(HttpStatusCode.OK, (await http.GetAsync("/health/ready", TestContext.Current.CancellationToken)).StatusCode);
        Assert.Contains(Path.Combine(_folder, "data"), server.Output, StringComparison.Ordinal);
        Assert.Contains($"open {server.Address.GetLeftPart(UriPartial.Authority)} in a browser", server.Output, StringComparison.Ordinal);
        Assert.Equal(0, await server.Terminate());
        Assert.Empty(server.Errors);
    }

    [Theory]
    [InlineData("Production")]
    [InlineData("Development")]
    public async Task A_server_that_was_not_published_serves_its_pages_whole(string environment)
    {
        await using var server = await ServerProcess.Start(_folder, null, ("ASPNETCORE_ENVIRONMENT", environment));
        using var http = new HttpClient { BaseAddress = server.Address };

        var script = await http.GetByteArrayAsync("/_framework/blazor.web.js", TestContext.Current.CancellationToken);
        var styles = await http.GetByteArrayAsync("/_content/MudBlazor/MudBlazor.min.css", TestContext.Current.CancellationToken);

        Assert.True(script.Length > 10_000, $"blazor.web.js has {script.Length} bytes.");
        Assert.True(styles.Length > 10_000, $"MudBlazor.min.css has {styles.Length} bytes.");
    }

    private static void AssertOneLine(int code, string errors, params string[] told)
    {
        Assert.Equal(1, code);
        Assert.StartsWith("Chatter can't start: ", errors, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', errors);
        Assert.All(told, part => Assert.Contains(part, errors, StringComparison.Ordinal));
    }
}
