using Chatter.App.Tests.Browser.Support;
using Microsoft.Playwright;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace Chatter.App.Tests.Browser;

/// <summary>On a phone a finger brings the list of rooms, and takes it and what lies over a room away.</summary>
public sealed class SwipeStories(Chromium chromium) : Story(chromium)
{
    [Theory, InlineData("en-GB", 1), InlineData("ar-EG", -1)]
    public async Task The_rooms_come_and_go_with_the_finger_from_the_side_where_they_are(string locale, int along)
    {
        var (ada, account, room) = await AloneIn("Hall ", Phone(locale));
        await account.Say(room, ["one line", "```\nfirst\nsecond\n" + new string('x', 200) + "\n```"]);
        await ada.Sees("one line");
        var side = ada.Page.Locator(".side");
        await Expect(side).ToBeHiddenAsync();

        // Too short, and not quick; up and down; over code, which is scrolled.
        await Swipe(ada, 300, along * 60, steps: 12, slowly: true);
        await Swipe(ada, 300, along * 40, down: 200);
        await ada.Page.Locator(".log pre").EvaluateAsync($"code => code.scrollLeft = {(along > 0 ? 400 : 300)}");
        var code = (await ada.Page.Locator(".log pre").BoundingBoxAsync())!;
        await Swipe(ada, (int)(code.Y + code.Height) - 20, along * 100);
        await Expect(side).ToBeHiddenAsync();
        await Expect(ada.Page.Locator(".drawer-open")).ToHaveCountAsync(0);

        await Swipe(ada, 300, along * 250);
        await Expect(side).ToBeInViewportAsync(new LocatorAssertionsToBeInViewportOptions { Ratio = 0.99f });
        await Expect(ada.Page.Locator(".drawer-open")).ToHaveCountAsync(1);
        await Expect(side).Not.ToHaveAttributeAsync("style", new System.Text.RegularExpressions.Regex("transform"));

        await Swipe(ada, 300, -along * 250);
        await Expect(side).ToBeHiddenAsync();
        await Expect(ada.Page.Locator(".drawer-open")).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task A_quick_flick_is_enough()
    {
        var (ada, _, _) = await AloneIn("Hall ", Phone());
        await Swipe(ada, 300, 70, steps: 2);
        await Expect(ada.Page.Locator(".drawer-open")).ToHaveCountAsync(1);
    }

    [Fact]
    public async Task What_lies_over_the_room_goes_away_before_the_rooms_come()
    {
        var (ada, _, _) = await AloneIn("Hall ", Phone());
        await ada.Button("Members").TapAsync();
        await Expect(ada.Page.Locator(".members li")).ToHaveCountAsync(1);

        await Swipe(ada, 500, 250);

        await Expect(ada.Page.Locator(".details")).ToHaveCountAsync(0);
        await Expect(ada.Page.Locator(".drawer-open")).ToHaveCountAsync(0);
        await Swipe(ada, 300, 250);
        await Expect(ada.Page.Locator(".drawer-open")).ToHaveCountAsync(1);
    }

    [Fact]
    public async Task Without_the_server_nothing_is_begun()
    {
        var (ada, _, _) = await AloneIn("Hall ", Phone());
        ada.Watch.ExpectOutage();
        await ada.Page.EvaluateAsync("document.documentElement.dataset.circuit = 'lost'");
        await Swipe(ada, 300, 250);
        await Expect(ada.Page.Locator(".side")).ToBeHiddenAsync();
    }

    /// <summary>A finger goes from beside the middle of the page, at a height, so many pixels to the right (or left) and down.</summary>
    private static async Task Swipe(Person person, int y, int right, int down = 0, int steps = 6, bool slowly = false)
    {
        var session = await person.Context.NewCDPSessionAsync(person.Page);
        var from = right > 0 ? 100 : PhoneWidth - 100;
        await Touch("touchStart", from, y);
        for (var i = 1; i <= steps; i++)
        {
            await Touch("touchMove", from + (right * i / steps), y + (down * i / steps));
            // At the pace of a finger that looks where it goes: each place is painted a few times.
            if (slowly) await person.Page.EvaluateAsync("() => new Promise(done => { let left = 4; const frame = () => --left ? requestAnimationFrame(frame) : done(); requestAnimationFrame(frame); })");
        }
        await session.SendAsync("Input.dispatchTouchEvent", new Dictionary<string, object> { ["type"] = "touchEnd", ["touchPoints"] = Array.Empty<object>() });
        await session.DetachAsync();

        Task Touch(string type, int x, int at) => session.SendAsync("Input.dispatchTouchEvent", new Dictionary<string, object> { ["type"] = type, ["touchPoints"] = new[] { new { x, y = at } } });
    }
}
