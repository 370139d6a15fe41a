using System.Text.Json;
using System.Text.RegularExpressions;
using Chatter.Chat.Tests.Support;
using Xunit;

namespace Chatter.Chat.Tests.Conformance;

/// <summary>docs/protocol.md against the server: what it shows can be sent, and what it shows comes.</summary>
public sealed partial class DocumentationTests
{
    private static readonly string Page = File.ReadAllText(Path.Combine(Root(), "docs", "protocol.md"));

    private static string Root()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "docs", "protocol.md"))) return folder.FullName;
        }
        throw new InvalidOperationException("docs/protocol.md isn't above the tests.");
    }

    /// <summary>The frames of the example session, each with who sends it: the abbreviations are made JSON.</summary>
    private static List<(bool FromClient, string Json)> Examples() =>
        [.. ExampleFrame().Matches(Page).Select(static m => (m.Groups[1].Value == "→", m.Groups[2].Value.Replace("{…}", "{}", StringComparison.Ordinal)))];

    private static HashSet<string> Types(string section)
    {
        var start = Page.IndexOf(section, StringComparison.Ordinal);
        var end = Page.IndexOf("\n### ", start + 1, StringComparison.Ordinal);
        var rows = Page[start..end].Split('\n').Where(static l => l.StartsWith("| `", StringComparison.Ordinal)).Select(static l => l.Split('|')[1]);
        return [.. rows.SelectMany(static r => Code().Matches(r)).Select(static m => m.Groups[1].Value)];
    }

    [Fact]
    public void Every_example_frame_is_JSON_of_a_type_that_the_tables_name()
    {
        var examples = Examples();
        Assert.True(examples.Count >= 5);
        var (client, server) = (Types("### 4.1"), Types("### 4.2"));
        foreach (var (fromClient, json) in examples) Assert.Contains(Json.Read(json).Text("type"), fromClient ? client : server);
    }

    [Fact]
    public async Task The_example_session_goes_as_it_says()
    {
        await using var server = await ChatServer.Start();
        var ada = await server.User();
        var room = await ada.CreateRoom();
        await using var socket = await RawSocket.Open(server);
        foreach (var (fromClient, json) in Examples())
        {
            var frame = json.Replace("\"token\":\"…\"", $"\"token\":\"{ada.Token}\"", StringComparison.Ordinal).Replace("\"room\":\"0198…\"", $"\"room\":\"{room}\"", StringComparison.Ordinal).Replace('…', 'x');
            if (fromClient) await socket.Send(frame);
            else SameFields(Json.Read(frame), await socket.Next(Json.Read(frame).Text("type")));
        }
    }

    [Fact]
    public async Task The_limits_are_what_a_server_says_that_was_told_nothing()
    {
        await using var server = await ChatServer.Start(static s =>
        {
            foreach (var key in s.Keys.Where(static k => k.Contains(":Limits:", StringComparison.Ordinal)).ToList()) s.Remove(key);
        });
        await using var socket = await (await server.User()).Connect();
        var expected = Json.Read(ExampleLimits().Match(Page).Groups[1].Value);
        var actual = socket.Welcome.Field("limits");
        foreach (var limit in expected.EnumerateObject()) Assert.Equal((limit.Name, limit.Value.GetInt64()), (limit.Name, actual.Number(limit.Name)));
        Assert.Equal(30, socket.Welcome.Number("heartbeat"));
    }

    private static void SameFields(JsonElement shown, JsonElement came)
    {
        foreach (var field in shown.EnumerateObject())
        {
            Assert.True(came.Has(field.Name), $"No \"{field.Name}\" in {came}");
            var value = came.Field(field.Name);
            Assert.Equal(field.Value.ValueKind, value.ValueKind);
            if (field.Value.ValueKind == JsonValueKind.Object) SameFields(field.Value, value);
            else if (field.Value.ValueKind == JsonValueKind.Array && field.Value.GetArrayLength() > 0) SameFields(field.Value[0], value[0]);
        }
    }

    [GeneratedRegex("^([→←]) (\\{.*\\})$", RegexOptions.Multiline)]
    private static partial Regex ExampleFrame();

    [GeneratedRegex("`limits`: `(\\{[^`]*\\})`")]
    private static partial Regex ExampleLimits();

    [GeneratedRegex("`([^`]+)`")]
    private static partial Regex Code();
}
