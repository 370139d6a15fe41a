using Chatter.App.Tests.Browser.Support;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace Chatter.App.Tests.Browser;

/// <summary>What people write is text, wherever it is shown.</summary>
public sealed class SafetyStories(Chromium chromium) : Story(chromium)
{
    /// <summary>Each would set <c>window.hacked</c>, or show a dialog, if it were taken for anything but text.</summary>
    private static readonly string[] Vectors =
    [
        "<script>window.hacked = 1</script>",
        "<img src=x onerror=\"window.hacked = 2\">",
        "\"><svg onload=alert(3)>",
        "<iframe srcdoc=\"<script>parent.hacked = 4</script>\"></iframe>",
        "javascript:window.hacked=5",
        "[click](javascript:window.hacked=6)",
        "https://example.org/\"onmouseover=\"window.hacked=7",
        "https://example.org/<img/src/onerror=window.hacked=8>",
        "{{constructor.constructor('window.hacked=9')()}}",
        "<a href=\"javascript:window.hacked=10\" autofocus onfocus=\"window.hacked=10\">x</a>",
        "data:text/html,<script>window.hacked=11</script>",
        "</p></article></div><style>*{display:none}</style>",
    ];

    [Fact]
    public async Task Nothing_that_people_write_runs()
    {
        var mallory = await Site.Register(Site.Unique("mallory"), "<img src=x onerror=window.hacked=12>");
        var name = Site.Unique("<b onmouseover=window.hacked=13>Hall</b> ");
        var room = await mallory.CreateRoom(name, "<script>window.hacked=14</script> topic");
        await mallory.Say(room, Vectors);
        var adas = await Site.Register(Site.Unique("ada"));
        await adas.Join(room);
        var ada = await Arrival(adas);

        await ada.Open(room);
        await ada.IsIn(name);
        await ada.SeesExactly(Vectors);
        await Expect(ada.Page.Locator(".bar-topic")).ToHaveTextAsync("<script>window.hacked=14</script> topic");
        await ada.Button("Members").ClickAsync();
        await Expect(ada.Page.Locator(".members")).ToContainTextAsync("<img src=x onerror=window.hacked=12>");
        foreach (var vector in Vectors) await ada.Write(vector);
        await ada.SeesExactly([.. Vectors, .. Vectors]);
        foreach (var link in await ada.Page.Locator(".log a").AllAsync())
        {
            await link.HoverAsync();
            Assert.StartsWith("https://", await link.GetAttributeAsync("href"), StringComparison.Ordinal);
            Assert.Contains("noopener", await link.GetAttributeAsync("rel"), StringComparison.Ordinal);
        }
        await ada.Page.Locator("h1").HoverAsync();
        await ada.RoomLink(name).HoverAsync();
        await ada.Button("Join room").ClickAsync();
        await ada.Dialog.GetByLabel("Search public rooms").FillAsync("Hall</b>");
        await Expect(ada.Dialog).ToContainTextAsync(name);

        Assert.Null(await ada.Page.EvaluateAsync<object?>("() => window.hacked ?? null"));
        Assert.Equal(0, await ada.Page.Locator(".app iframe, .app img, .app script, .app style").CountAsync());
    }

    [Fact]
    public async Task A_draft_or_an_unsent_message_of_a_tampered_storage_is_text_too()
    {
        var adas = await Site.Register(Site.Unique("ada"));
        var name = Site.Unique("Hall ");
        var room = await adas.CreateRoom(name);
        var ada = await Arrival(adas);
        await ada.Open();
        await ada.IsIn(name);
        await ada.Page.EvaluateAsync(
            """
            ([user, room, text]) => {
                localStorage.setItem(`chatter.draft.${user}.${room}`, text);
                localStorage.setItem(`chatter.outbox.${user}.${room}`, JSON.stringify([{ nonce: 'n1', text, at: Date.now() }]));
            }
            """,
            new[] { adas.Id.ToString(), room.ToString(), Vectors[1] });
        await ada.Reload();

        await Expect(ada.Composer).ToHaveValueAsync(Vectors[1]);
        await ada.SeesExactly(Vectors[1]);
        Assert.Null(await ada.Page.EvaluateAsync<object?>("() => window.hacked ?? null"));
    }
}
