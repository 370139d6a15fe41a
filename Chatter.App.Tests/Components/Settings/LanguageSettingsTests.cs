using Bunit;
using Chatter.App.Components.Settings;
using Chatter.App.Languages;
using Chatter.App.Tests.Components.Support;
using Chatter.App.Tests.Languages;
using Xunit;

namespace Chatter.App.Tests.Components.Settings;

public sealed class LanguageSettingsTests
{
    [Theory]
    [InlineData("", 0)]
    [InlineData("ar", 3)]
    public async Task What_was_chosen_is_marked_and_each_language_is_called_as_it_calls_itself(string chosen, int marked)
    {
        await using var circuit = Circuit.Fed();
        circuit.Browser.SetupModule("./js/browser.js").Setup<string?>("language").SetResult(chosen);
        circuit.Show<LanguageSettings>();

        await circuit.See(() => Assert.Equal(marked, circuit.All("input").ToList().FindIndex(static choice => choice.HasAttribute("checked"))));
        Assert.Equal(["System", .. Language.All.Select(static language => language.Name)], circuit.Said(".languages label"));
        Assert.Equal(Language.All.Select(static language => (language.Code, language.Direction)), circuit.All(".languages span").Select(static name => (name.GetAttribute("lang")!, name.GetAttribute("dir")!)));
    }

    [Fact]
    public async Task The_part_itself_is_in_the_language_of_the_page()
    {
        using var speaking = Speaking.In("de");
        await using var circuit = Circuit.Fed();
        circuit.Show<LanguageSettings>();
        Assert.Equal("Sprache", circuit.Find("h2").TextContent);
    }
}
