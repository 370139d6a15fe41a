using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Runtime.Versioning;
using System.Text.Json;
using Chatter.App.Tests.Startup;
using Xunit;

namespace Chatter.App.Tests.Security;

/// <summary>Whoever can read the data can read every room: nobody else on the machine can, whatever is in the folder and however it came there.</summary>
[UnsupportedOSPlatform("windows")]
public sealed class PrivateFilesTests : IDisposable
{
    private const UnixFileMode Others = (UnixFileMode)0b111_111;

    private readonly string _shelf = Directory.CreateTempSubdirectory("chatter-shelf-").FullName;

    private string Data => Path.Combine(_shelf, "data");

    public void Dispose() => Directory.Delete(_shelf, recursive: true);

    [Fact]
    public async Task S15_nothing_that_the_server_its_backups_and_restores_make_is_open_to_others()
    {
        await Serve();
        AssertPrivate(Data);
        // As an older version left them, in a folder that was closed to others.
        foreach (var file in Directory.EnumerateFiles(Data, "*", SearchOption.AllDirectories)) File.SetUnixFileMode(file, (UnixFileMode)0b110_100_100);
        var backup = Path.Combine(_shelf, "backup");
        Assert.Equal(0, (await ServerProcess.RunToEnd(_shelf, ["backup", backup])).ExitCode);
        AssertPrivate(backup);
        var another = Path.Combine(_shelf, "restored");
        Assert.Equal(0, (await ServerProcess.RunToEnd(_shelf, ["restore", backup], ("Chatter__DataPath", another))).ExitCode);
        AssertPrivate(another);
        Assert.Equal(0, (await ServerProcess.RunToEnd(_shelf, ["restore", backup, "--replace"], ("Chatter__DataPath", another))).ExitCode);
        AssertPrivate(another);
    }

    [Fact]
    public async Task S15_a_folder_that_others_could_read_is_closed_to_them_at_the_start()
    {
        await Serve();
        foreach (var folder in Directory.EnumerateDirectories(Data, "*", SearchOption.AllDirectories).Append(Data)) File.SetUnixFileMode(folder, (UnixFileMode)0b111_101_101);
        foreach (var file in Directory.EnumerateFiles(Data, "*", SearchOption.AllDirectories)) File.SetUnixFileMode(file, (UnixFileMode)0b110_100_100);

        await Serve();
        AssertPrivate(Data);
    }

    /// <summary>A server with an account, a room, a picture and its thumbnail, and what searches, pages and pushes need.</summary>
    private async Task Serve()
    {
        await using var server = await ServerProcess.Start(_shelf);
        using var http = new HttpClient { BaseAddress = server.Address };
        using var page = await http.GetAsync("/login", TestContext.Current.CancellationToken);
        Assert.True(page.IsSuccessStatusCode);
        var name = $"ada{Guid.NewGuid():N}"[..20];
        using var registered = await http.PostAsJsonAsync("/api/register", new { name, password = "battery staple 7" }, TestContext.Current.CancellationToken);
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", (await Read(registered)).GetProperty("token").GetString());
        using var created = await http.PostAsJsonAsync("/api/rooms", new { name }, TestContext.Current.CancellationToken);
        using var picture = new ByteArrayContent(Convert.FromBase64String("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg=="));
        using var avatar = await http.PutAsync("/api/me/avatar", picture, TestContext.Current.CancellationToken);
        using var file = new ByteArrayContent([1, 2, 3]);
        using var uploaded = await http.PostAsync($"/api/rooms/{(await Read(created)).GetProperty("id").GetString()}/attachments?name=a", file, TestContext.Current.CancellationToken);
        using var key = await http.GetAsync("/api/push/key", TestContext.Current.CancellationToken);
        Assert.All((HttpResponseMessage[])[avatar, uploaded, key], static answer => Assert.True(answer.IsSuccessStatusCode, $"{answer.StatusCode}"));
        AssertPrivate(Data);
        Assert.Equal(0, await server.Terminate());
    }

    private static async Task<JsonElement> Read(HttpResponseMessage answer) => JsonDocument.Parse(await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).RootElement;

    private static void AssertPrivate(string folder)
    {
        var all = Directory.EnumerateFileSystemEntries(folder, "*", SearchOption.AllDirectories).Append(folder).ToList();
        Assert.True(all.Count > 3);
        Assert.All(all, static path => Assert.True((File.GetUnixFileMode(path) & Others) == 0, $"{path} is open to others: {File.GetUnixFileMode(path)}."));
    }
}
