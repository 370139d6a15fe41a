using Chatter.App.Startup;
using Microsoft.Extensions.Configuration;
using Xunit;

namespace Chatter.App.Tests.Docs;

public sealed class SettingsTableTests
{
    /// <summary>Defaults that depend on the machine are told in words.</summary>
    private static readonly Dictionary<string, string> InWords = new()
    {
        ["Chatter:Engine:Loops"] = "one for two processors",
        ["Chatter:Accounts:HashesAtOnce"] = "half of the processors",
        ["Chatter:Files:Workers"] = "half of the processors",
        ["Chatter:AllowedOrigins"] = "none",
        ["Chatter:Proxies"] = "none",
        ["Chatter:Push:Contact"] = "none",
        ["Chatter:Push:Ports"] = "none",
    };

    [Fact]
    public void The_table_of_settings_is_what_the_settings_are()
    {
        var told = Repository.Table(Repository.Read("docs/operations.md"), "| setting | default | range | environment variable | meaning |");
        var are = SettingsCatalog.All.Select(static setting => string.Join(" | ", setting.Key, Default(setting), setting.Range.Length > 0 ? setting.Range : "any text", setting.Variable));

        Assert.Equal(are.Order(StringComparer.Ordinal), told.Select(static row => string.Join(" | ", row.Take(4))).Order(StringComparer.Ordinal));
        Assert.All(told, static row => Assert.True(row.Length == 5 && row[4].Length > 0, $"{row[0]} has no meaning."));
    }

    [Fact]
    public void Every_default_is_allowed() =>
        Assert.All(SettingsCatalog.All.Where(static setting => !setting.IsList), static setting => Assert.Null(setting.Judge(Setting.Text(setting.Default))));

    [Fact]
    public void The_table_of_environments_is_what_their_files_say()
    {
        var told = Repository.Table(Repository.Read("docs/operations.md"), "| environment | listens by default on | passwords from | logs |");

        foreach (var row in told)
        {
            foreach (var environment in row[0].Split(", "))
            {
                var configuration = new ConfigurationBuilder().SetBasePath(Path.Combine(Repository.Root, "Chatter.App"))
                    .AddJsonFile("appsettings.json").AddJsonFile($"appsettings.{environment}.json").Build();
                Assert.Equal(row[1], configuration["DefaultUrls"]);
                Assert.StartsWith(configuration["Chatter:Accounts:PasswordLength"] ?? "15", row[2], StringComparison.Ordinal);
                var level = configuration["Logging:LogLevel:Chatter"] ?? configuration["Logging:LogLevel:Default"];
                Assert.Contains($"from {level} on", row[3], StringComparison.Ordinal);
            }
        }
        Assert.Equal(5, told.Sum(static row => row[0].Split(", ").Length));
    }

    private static string Default(Setting setting) => InWords.GetValueOrDefault(setting.Key) ?? Setting.Text(setting.Default);
}
