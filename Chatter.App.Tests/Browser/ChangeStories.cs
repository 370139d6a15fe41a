using System.Text.RegularExpressions;
using Chatter.App.Tests.Browser.Support;
using Microsoft.Playwright;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace Chatter.App.Tests.Browser;

/// <summary>What becomes of messages: they are edited, deleted, answered, and reacted to.</summary>
public sealed class ChangeStories(Chromium chromium) : Story(chromium)
{
    [Fact]
    public async Task Up_in_an_empty_box_edits_the_last_own_message_and_everybody_sees_what_it_said_before()
    {
        var (ada, ben) = await TwoIn("Garden ");
        await ada.Write("Frst tonight?");
        await ben.Write("Looks like it.");
        await ada.SeesExactly("Frst tonight?", "Looks like it.");

        await ada.Composer.PressAsync("ArrowUp");
        await Expect(ada.Composer).ToHaveValueAsync("Frst tonight?");
        await Expect(ada.Page.Locator(".writing")).ToContainTextAsync("Editing your message");
        await ada.Write("Frost tonight?");

        await Task.WhenAll(ada.SeesExactly("Frost tonight?", "Looks like it."), ben.SeesExactly("Frost tonight?", "Looks like it."));
        await Expect(ada.Composer).ToHaveValueAsync("");
        await Expect(ada.Page.Locator(".writing")).ToHaveCountAsync(0);
        await ben.Button("edited").ClickAsync();
        await Expect(ben.Dialog.Locator(".versions .text")).ToHaveTextAsync(["Frost tonight?", "Frst tonight?"]);
        await ben.Page.Keyboard.PressAsync("Escape");

        await ben.Reload();
        await ben.SeesExactly("Frost tonight?", "Looks like it.");
        await Expect(ben.Button("edited")).ToHaveCountAsync(1);
    }

    [Fact]
    public async Task An_edit_that_is_given_up_leaves_message_and_draft_as_they_were()
    {
        var (ada, _) = await TwoIn("Garden ");
        await ada.Write("Frost tonight?");
        await ada.SeesExactly("Frost tonight?");
        await ada.Composer.FillAsync("half a thou");

        await ada.Use("Frost tonight?", "Edit");
        await Expect(ada.Composer).ToHaveValueAsync("Frost tonight?");
        await ada.Composer.FillAsync("something else");
        await ada.Composer.PressAsync("Escape");

        await Expect(ada.Composer).ToHaveValueAsync("half a thou");
        await Expect(ada.Page.Locator(".writing")).ToHaveCountAsync(0);
        await ada.Reload();
        await ada.SeesExactly("Frost tonight?");
        await Expect(ada.Composer).ToHaveValueAsync("half a thou");
    }

    [Fact]
    public async Task A_message_that_is_deleted_is_gone_for_everybody()
    {
        var (ada, ben) = await TwoIn("Garden ");
        await ada.Write("the secret");
        await ben.Sees("the secret");

        await ada.Use("the secret", "Delete");
        await ada.Dialog.GetByRole(AriaRole.Button, new LocatorGetByRoleOptions { Name = "Delete message" }).ClickAsync();

        await Task.WhenAll(ada.SeesExactly("This message was deleted"), ben.SeesExactly("This message was deleted"));
        Assert.DoesNotContain("secret", await ben.Page.ContentAsync(), StringComparison.Ordinal);
        await ben.Page.Locator(".row").HoverAsync();
        await Expect(ben.Tools).ToBeHiddenAsync();
    }

    [Fact]
    public async Task Others_messages_are_deleted_by_the_rooms_owner_only_and_edited_by_nobody()
    {
        var (ada, ben) = await TwoIn("Garden ");
        await ada.Write("the owner's");
        await ben.Write("the guest's");
        await Task.WhenAll(ada.SeesExactly("the owner's", "the guest's"), ben.SeesExactly("the owner's", "the guest's"));

        await ben.PointAt("the owner's");
        await Expect(ben.Tool("Reply")).ToBeVisibleAsync();
        await Expect(ben.Tool("Edit")).ToBeHiddenAsync();
        await ben.Tool("More").ClickAsync();
        await Expect(ben.Tool("Forward")).ToBeVisibleAsync();
        await Expect(ben.Tool("Delete")).ToBeHiddenAsync();
        await ada.PointAt("the guest's");
        await ada.Tool("More").ClickAsync();
        await Expect(ada.Tool("Delete")).ToBeVisibleAsync();
        await Expect(ada.Tool("Edit")).ToBeHiddenAsync();
    }

    [Fact]
    public async Task Reactions_are_counted_and_taken_back_by_a_press()
    {
        var (ada, ben) = await TwoIn("Garden ");
        await ada.Write("Frost tonight?");
        await ben.Sees("Frost tonight?");

        await ben.Use("Frost tonight?", "React with 👍");
        await Expect(ada.Reaction("👍")).ToHaveTextAsync("👍 1");
        await Expect(ada.Reaction("👍")).ToHaveAttributeAsync("aria-pressed", "false");
        await ada.Reaction("👍").ClickAsync();
        await Expect(ben.Reaction("👍")).ToHaveTextAsync("👍 2");
        await Expect(ben.Reaction("👍")).ToHaveAttributeAsync("title", $"{ben.Name}, {ada.Name}");

        await ben.Reaction("👍").ClickAsync();
        await Expect(ada.Reaction("👍")).ToHaveTextAsync("👍 1");
        await Expect(ada.Reaction("👍")).ToHaveAttributeAsync("aria-pressed", "true");
        await ada.Reload();
        await Expect(ada.Reaction("👍")).ToHaveTextAsync("👍 1");
        await ada.Reaction("👍").ClickAsync();
        await Task.WhenAll(Expect(ada.Reaction("👍")).ToHaveCountAsync(0), Expect(ben.Reaction("👍")).ToHaveCountAsync(0));
    }

    [Fact]
    public async Task Any_emoji_can_be_a_reaction()
    {
        var (ada, ben) = await TwoIn("Garden ");
        await ada.Write("Frost tonight?");
        await ben.Sees("Frost tonight?");
        await ben.Composer.FocusAsync();

        await ben.Use("Frost tonight?", "Add reaction");
        await ben.Page.GetByRole(AriaRole.Textbox, new PageGetByRoleOptions { Name = "Search emoji" }).FillAsync("cold face");
        await ben.Page.GetByRole(AriaRole.Option, new PageGetByRoleOptions { Name = "cold face" }).ClickAsync();

        await Task.WhenAll(Expect(ada.Reaction("🥶")).ToHaveTextAsync("🥶 1"), Expect(ben.Reaction("🥶")).ToHaveAttributeAsync("aria-pressed", "true"));
        await Expect(ben.Composer).ToBeFocusedAsync();

        await ben.Use("Frost tonight?", "Add reaction");
        await Expect(ben.Dialog).ToBeVisibleAsync();
        await ben.Page.Keyboard.PressAsync("Escape");
        await Expect(ben.Dialog).ToHaveCountAsync(0);
        await Expect(ben.Page.Locator(".reaction")).ToHaveCountAsync(1);
    }

    [Fact]
    public async Task An_answer_quotes_what_it_answers_and_leads_there()
    {
        var (ada, ben) = await TwoIn("Garden ");
        await ada.Write("Frost tonight?");
        await ben.Sees("Frost tonight?");

        await ben.Use("Frost tonight?", "Reply");
        await Expect(ben.Page.Locator(".writing")).ToContainTextAsync($"Replying to {ada.Name}");
        await Expect(ben.Composer).ToBeFocusedAsync();
        await ben.Write("Covered the tomatoes.");

        await Expect(ada.Page.Locator(".quote")).ToContainTextAsync($"{ada.Name} Frost tonight?");
        await Expect(ben.Page.Locator(".writing")).ToHaveCountAsync(0);
        await ada.Page.Locator("button.quote").ClickAsync();
        await Expect(ada.Row("Frost tonight?")).ToHaveClassAsync(new Regex("found"));

        await ada.Use("Frost tonight?", "Delete");
        await ada.Dialog.GetByRole(AriaRole.Button, new LocatorGetByRoleOptions { Name = "Delete message" }).ClickAsync();
        await Expect(ben.Page.Locator(".quote")).ToContainTextAsync("This message was deleted");
    }

    [Fact]
    public async Task An_answer_that_was_begun_is_still_one_after_a_reload()
    {
        var (ada, _) = await TwoIn("Garden ");
        await ada.Write("Frost tonight?");
        await ada.SeesExactly("Frost tonight?");
        await ada.Use("Frost tonight?", "Reply");
        await ada.Page.WaitForFunctionAsync("room => Object.keys(localStorage).some(key => key.startsWith('chatter.reply.') && key.endsWith(room))", ada.Room);
        await ada.Composer.FillAsync("Covered the");

        await ada.Reload();
        await Expect(ada.Page.Locator(".writing")).ToContainTextAsync("Frost tonight?");
        await Expect(ada.Composer).ToHaveValueAsync("Covered the");
        await ada.Write("Covered the tomatoes.");

        await Expect(ada.Page.Locator(".quote")).ToContainTextAsync("Frost tonight?");
    }

    [Fact]
    public async Task A_link_to_a_message_opens_the_room_there_and_a_quote_leads_back_however_far_it_is()
    {
        var ada = await Site.Register(Site.Unique("ada"));
        var name = Site.Unique("Attic ");
        var room = await ada.CreateRoom(name);
        var ids = new List<Guid>();
        for (var i = 1; i <= 300; i++) ids.Add(await ada.Say(room, $"line {i:000}"));
        await ada.Say(room, "an answer", replyTo: ids[1]);
        var person = await Arrival(ada);
        await person.Context.GrantPermissionsAsync(["clipboard-read", "clipboard-write"]);

        await person.Open($"/rooms/{room}?at=101");
        await Expect(person.Row("line 100")).ToBeInViewportAsync();
        await Expect(person.Page.Locator(".to-end")).ToBeVisibleAsync();
        await person.Use("line 100", "Copy link");
        await Expect(person.Page.GetByText("Link copied.")).ToBeVisibleAsync();
        Assert.EndsWith($"/rooms/{room}?at=101", await person.Page.EvaluateAsync<string>("() => navigator.clipboard.readText()"), StringComparison.Ordinal);

        await person.Page.Locator(".to-end").ClickAsync();
        await Expect(person.Row("an answer")).ToBeInViewportAsync();
        // Not held, so it was looked up.
        await Expect(person.Page.Locator(".quote")).ToContainTextAsync("line 002");
        await person.Page.Locator("button.quote").ClickAsync();
        await Expect(person.Row("line 002")).ToBeInViewportAsync();
        await Expect(person.Row("line 002")).ToHaveClassAsync(new Regex("found"));
    }

    [Fact]
    public async Task The_keyboard_alone_goes_through_the_log_and_reaches_every_tool()
    {
        var (ada, ben) = await TwoIn("Garden ");
        foreach (var text in new[] { "one", "two", "three" }) await ada.Write(text);
        await Task.WhenAll(ada.SeesExactly("one", "two", "three"), ben.SeesExactly("one", "two", "three"));

        await ada.Page.Locator(".log").FocusAsync();
        await ada.Page.Keyboard.PressAsync("ArrowUp");
        await Expect(ada.Row("three")).ToBeFocusedAsync();
        await ada.Page.Keyboard.PressAsync("ArrowUp");
        await Expect(ada.Row("two")).ToBeFocusedAsync();
        await ada.Page.Keyboard.PressAsync("Enter");
        await Expect(ada.Tool("React with 👍")).ToBeFocusedAsync();
        await ada.Page.Keyboard.PressAsync("Enter");
        await Expect(ben.Row("two").Locator(".reaction")).ToHaveTextAsync("👍 1");

        await Expect(ada.Row("two")).ToBeFocusedAsync();
        await ada.Page.Keyboard.PressAsync("r");
        await Expect(ada.Composer).ToBeFocusedAsync();
        await ada.Page.Keyboard.PressAsync("Escape");
        await Expect(ada.Page.Locator(".writing")).ToHaveCountAsync(0);

        await ada.Page.Locator(".log").FocusAsync();
        await ada.Page.Keyboard.PressAsync("ArrowUp");
        await ada.Page.Keyboard.PressAsync("e");
        await Expect(ada.Composer).ToHaveValueAsync("three");
        await ada.Composer.PressAsync("Escape");
        await ada.Page.Locator(".log").FocusAsync();
        await ada.Page.Keyboard.PressAsync("ArrowUp");
        await ada.Page.Keyboard.PressAsync("ArrowDown");
        await Expect(ada.Composer).ToBeFocusedAsync();
    }

    [Fact]
    public async Task On_a_phone_a_long_press_brings_the_tools()
    {
        var (ada, ben) = await TwoIn("Garden ", static phone => (phone.ViewportSize, phone.HasTouch, phone.IsMobile) = (new ViewportSize { Width = 390, Height = 844 }, true, true));
        await ada.Write("Frost tonight?");
        await ben.Sees("Frost tonight?");

        await ben.Row("Frost tonight?").DispatchEventAsync("pointerdown", new { pointerType = "touch", bubbles = true });
        await Expect(ben.Tool("Reply")).ToBeVisibleAsync();
        await ben.Tool("React with ❤️").TapAsync();

        await Expect(ada.Reaction("❤️")).ToHaveTextAsync("❤️ 1");
        await Expect(ben.Tools).ToBeHiddenAsync();
    }
}
