using Chatter.App.Tests.Browser.Support;
using Microsoft.Playwright;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace Chatter.App.Tests.Browser;

/// <summary>People choose emoji from the picker.</summary>
public sealed class EmojiStories(Chromium chromium) : Story(chromium)
{
    private const string NoStorage = "Object.defineProperty(window, 'localStorage', { get() { throw new DOMException('forbidden', 'SecurityError'); } });";

    [Fact]
    public async Task An_emoji_that_is_clicked_stands_where_the_caret_was()
    {
        var (ada, _, _) = await AloneIn("Garden ");
        await ada.Composer.FillAsync("Frost? No.");
        for (var i = 0; i < 4; i++) await ada.Composer.PressAsync("ArrowLeft");

        await ada.Button("Emoji").ClickAsync();
        await ada.Button("People and body").ClickAsync();
        await Emoji(ada, "thumbs up").ClickAsync();

        await Expect(Picker(ada)).ToHaveCountAsync(0);
        await Expect(ada.Composer).ToHaveValueAsync("Frost?👍 No.");
        await Expect(ada.Composer).ToBeFocusedAsync();
        await ada.Page.Keyboard.TypeAsync("!");
        await ada.Composer.PressAsync("Enter");
        await ada.SeesExactly("Frost?👍! No.");
    }

    [Fact]
    public async Task The_keyboard_alone_opens_the_picker_moves_in_it_and_chooses()
    {
        var (ada, _, _) = await AloneIn("Garden ");
        var keys = ada.Page.Keyboard;
        await ada.Composer.FocusAsync();

        await keys.PressAsync("Tab");
        await Expect(ada.Button("Attach files")).ToBeFocusedAsync();
        await keys.PressAsync("Tab");
        await Expect(ada.Button("Emoji")).ToBeFocusedAsync();
        await keys.PressAsync("Enter");
        await Expect(Search(ada)).ToBeFocusedAsync();
        await Expect(Emoji(ada, "grinning face")).ToBeVisibleAsync();
        await keys.PressAsync("ArrowDown");
        await Expect(Emoji(ada, "grinning face")).ToBeFocusedAsync();
        await keys.PressAsync("ArrowRight");
        await keys.PressAsync("ArrowRight");
        await Expect(Emoji(ada, "grinning face with smiling eyes")).ToBeFocusedAsync();
        await keys.PressAsync("ArrowDown");
        await keys.PressAsync("ArrowUp");
        await Expect(Emoji(ada, "grinning face with smiling eyes")).ToBeFocusedAsync();
        await keys.PressAsync("PageDown");
        await Expect(Emoji(ada, "waving hand")).ToBeFocusedAsync();
        await keys.PressAsync("ArrowLeft");
        await Expect(Emoji(ada, "ZZZ")).ToBeFocusedAsync();
        await keys.PressAsync("ArrowRight");
        await keys.PressAsync("Enter");

        await Expect(ada.Composer).ToHaveValueAsync("👋");
        await Expect(ada.Composer).ToBeFocusedAsync();
    }

    [Fact]
    public async Task Who_leaves_the_picker_without_choosing_is_where_he_came_from()
    {
        var (ada, _, _) = await AloneIn("Garden ");
        var (keys, button) = (ada.Page.Keyboard, ada.Button("Emoji"));

        await button.ClickAsync();
        await Expect(Emoji(ada, "grinning face")).ToBeVisibleAsync();
        await Expect(button).ToHaveAttributeAsync("aria-expanded", "true");
        await keys.PressAsync("ArrowDown");
        await keys.PressAsync("Escape");
        await Gone(ada);
        await Expect(button).ToBeFocusedAsync();

        await button.ClickAsync();
        await button.ClickAsync();
        await Gone(ada);

        await keys.PressAsync("Enter");
        await keys.PressAsync("Shift+Tab");
        await Gone(ada);
        await Expect(button).ToBeFocusedAsync();

        // Search, skin tone, groups, emoji; after these, what follows the button.
        await keys.PressAsync("Enter");
        await Expect(Emoji(ada, "grinning face")).ToBeVisibleAsync();
        for (var i = 0; i < 4; i++) await keys.PressAsync("Tab");
        await Gone(ada);
        await Expect(ada.Button("Send")).ToBeFocusedAsync();

        await button.ClickAsync();
        await ada.Composer.ClickAsync();
        await Gone(ada);
        await Expect(ada.Composer).ToBeFocusedAsync();
        await Expect(ada.Composer).ToHaveValueAsync("");
    }

    [Fact]
    public async Task A_search_finds_emoji_by_all_their_names_and_Enter_takes_the_first()
    {
        var (ada, _, _) = await AloneIn("Garden ");
        await ada.Button("Emoji").ClickAsync();

        await Search(ada).FillAsync("happy");
        await Expect(Emoji(ada, "grinning face")).ToBeVisibleAsync();
        await Expect(Emoji(ada, "waving hand")).ToHaveCountAsync(0);
        await Search(ada).FillAsync("nothing is called so");
        await Expect(Picker(ada).GetByText("No emoji for “nothing is called so”.").First).ToBeVisibleAsync();
        await Expect(Options(ada)).ToHaveCountAsync(0);
        await Search(ada).FillAsync("flag germ");
        await Expect(Options(ada)).ToHaveCountAsync(1);
        await Search(ada).FillAsync(":tada:");
        await Expect(Options(ada).First).ToHaveAttributeAsync("aria-label", "party popper");
        // Letters that are typed over the emoji go on with the search.
        await Search(ada).FillAsync("toma");
        await Expect(Options(ada).First).ToHaveAttributeAsync("aria-label", "tomato");
        await Search(ada).PressAsync("ArrowDown");
        await ada.Page.Keyboard.TypeAsync("to");
        await Expect(Search(ada)).ToHaveValueAsync("tomato");
        await ada.Page.Keyboard.PressAsync("Enter");

        await Expect(ada.Composer).ToHaveValueAsync("🍅");
    }

    [Fact]
    public async Task What_was_used_last_comes_first_and_so_it_stays()
    {
        var (ada, _, _) = await AloneIn("Garden ");
        await ada.Composer.PressSequentiallyAsync(":tada:");
        await Expect(ada.Composer).ToHaveValueAsync("🎉");
        await Choose(ada, "tomato", "tomato");
        await Choose(ada, "seedling", "seedling");
        await Choose(ada, "tomato", "tomato");
        await ada.Reload();
        await Expect(ada.Composer).ToBeEnabledAsync();

        await ada.Button("Emoji").ClickAsync();

        var recently = Picker(ada).GetByRole(AriaRole.Group, new LocatorGetByRoleOptions { Name = "Recently used" }).GetByRole(AriaRole.Option);
        await Expect(recently).ToHaveTextAsync(["🍅", "🌱", "🎉"]);
        await Expect(Options(ada).First).ToHaveTextAsync("🍅");
    }

    [Fact]
    public async Task Where_storage_is_forbidden_emoji_can_be_chosen_all_the_same()
    {
        var account = await Site.Register(Site.Unique("ada"));
        var garden = Site.Unique("Garden ");
        var room = await account.CreateRoom(garden);
        var ada = await Arrival(account);
        await ada.Page.AddInitScriptAsync(NoStorage);
        await ada.Open(room);
        await ada.IsIn(garden);

        await Choose(ada, "seedling", "seedling");

        await Expect(ada.Composer).ToHaveValueAsync("🌱");
        await ada.Button("Emoji").ClickAsync();
        await Expect(Options(ada).First).ToHaveTextAsync("🌱");
    }

    [Fact]
    public async Task A_skin_tone_that_was_chosen_holds_for_all_emoji_from_then_on()
    {
        var (ada, _, _) = await AloneIn("Garden ");
        await ada.Button("Emoji").ClickAsync();
        await ada.Button("Skin tone: no skin tone").ClickAsync();
        await ada.Page.Keyboard.PressAsync("ArrowRight");
        await ada.Page.Keyboard.PressAsync("ArrowRight");
        await ada.Page.Keyboard.PressAsync("ArrowRight");
        await Expect(Picker(ada).GetByRole(AriaRole.Radio, new LocatorGetByRoleOptions { Name = "Medium", Exact = true })).ToBeCheckedAsync();
        await ada.Page.Keyboard.PressAsync("Escape");
        await Expect(ada.Button("Skin tone: medium")).ToBeFocusedAsync();
        await ada.Button("People and body").ClickAsync();
        await Emoji(ada, "waving hand").ClickAsync();
        await Expect(ada.Composer).ToHaveValueAsync("👋🏽");

        await ada.Reload();
        await Expect(ada.Composer).ToHaveValueAsync("👋🏽");
        await ada.Composer.PressAsync("End");
        await ada.Composer.PressSequentiallyAsync(" :people_holding_hands: :point_up: :tomato:");

        await Expect(ada.Composer).ToHaveValueAsync("👋🏽 🧑🏽‍🤝‍🧑🏽 ☝🏽 🍅");
        await ada.Button("Emoji").ClickAsync();
        await ada.Button("Skin tone: medium").ClickAsync();
        await Picker(ada).GetByRole(AriaRole.Radio, new LocatorGetByRoleOptions { Name = "Dark", Exact = true }).ClickAsync();
        await Expect(Picker(ada).GetByRole(AriaRole.Radio)).ToHaveCountAsync(0);
        await Expect(Options(ada).Nth(1)).ToHaveTextAsync("☝🏿");
    }

    [Fact]
    public async Task On_a_phone_the_picker_is_a_sheet_for_thumbs()
    {
        var account = await Site.Register(Site.Unique("ada"));
        var garden = Site.Unique("Garden ");
        var room = await account.CreateRoom(garden);
        var ada = await Arrival(account, with: Phone());
        await ada.Open(room);
        await ada.IsIn(garden);

        await ada.Button("Emoji").TapAsync();
        await Expect(Emoji(ada, "grinning face")).ToBeVisibleAsync();
        await ada.Page.EvaluateAsync("() => Promise.allSettled(document.getAnimations().map(animation => animation.finished))");
        var sheet = (await Picker(ada).BoundingBoxAsync())!;
        Assert.Equal((0, 390, 844), (sheet.X, sheet.Width, sheet.Y + sheet.Height));
        foreach (var target in await Picker(ada).Locator("button:visible").AllAsync())
        {
            var size = (await target.BoundingBoxAsync())!;
            Assert.True(size.Height >= 44, $"{await target.GetAttributeAsync("aria-label")} is {size.Height} high.");
        }
        Assert.Equal(0, await Picker(ada).Locator(".emoji-list").EvaluateAsync<int>("list => list.scrollWidth - list.clientWidth"));
        // The keyboard would cover what is to be chosen from.
        await Expect(Search(ada)).Not.ToBeFocusedAsync();

        // What lies under the sheet isn't pressed by who closes it.
        await ada.Page.Touchscreen.TapAsync(195, 100);
        await Gone(ada);
        await ada.Button("Emoji").TapAsync();
        await ada.Button("Animals and nature").TapAsync();
        await Emoji(ada, "seedling").TapAsync();
        await Expect(ada.Composer).ToHaveValueAsync("🌱");
    }

    [Fact]
    public async Task While_one_chooses_nothing_goes_to_the_server_and_only_what_is_near_is_drawn()
    {
        var (ada, _, _) = await AloneIn("Garden ");
        var sent = new List<int>();
        // Opened anew, so that its socket is listened to from the beginning.
        ada.Page.WebSocket += (_, socket) => socket.FrameSent += (_, frame) => { lock (sent) sent.Add((frame.Binary ?? []).Length); };
        await ada.Reload();
        await Expect(ada.Composer).ToBeFocusedAsync();
        await ada.Button("Emoji").ClickAsync();
        await Expect(Emoji(ada, "grinning face")).ToBeVisibleAsync();
        lock (sent) Assert.NotEmpty(sent);
        lock (sent) sent.Clear();

        Assert.InRange(await Options(ada).CountAsync(), 100, 700);
        await Search(ada).PressSequentiallyAsync("heart");
        await Search(ada).PressAsync("ArrowDown");
        await ada.Page.Keyboard.PressAsync("ArrowRight");
        await Picker(ada).GetByRole(AriaRole.Option).Nth(5).HoverAsync();
        await Search(ada).FillAsync("");
        await ada.Button("Flags").ClickAsync();
        await Expect(Emoji(ada, "flag: Germany")).ToBeVisibleAsync();
        await Expect(ada.Button("Flags")).ToHaveAttributeAsync("aria-current", "true");
        await ada.Page.Keyboard.PressAsync("Escape");
        await Gone(ada);

        const int ping = 3;
        lock (sent) Assert.DoesNotContain(sent, static length => length > ping);
    }

    [Fact]
    public async Task Where_the_emoji_cant_be_loaded_one_is_told_and_can_try_again()
    {
        var (ada, _, _) = await AloneIn("Garden ");
        const string data = "**/emoji/en.json";
        await ada.Page.RouteAsync(data, static route => route.AbortAsync());
        ada.Watch.ExpectOutage();

        await ada.Button("Emoji").ClickAsync();
        await Expect(Picker(ada).GetByText("The emoji could not be loaded.").First).ToBeVisibleAsync();
        await ada.Page.UnrouteAsync(data);
        await ada.Button("Try again").ClickAsync();

        await Expect(Emoji(ada, "grinning face")).ToBeVisibleAsync();
        await Expect(Search(ada)).ToBeFocusedAsync();
    }

    [Fact]
    public async Task The_picker_has_no_barriers()
    {
        var (ada, _, _) = await AloneIn("Garden ");
        await ada.Button("Emoji").ClickAsync();
        await Expect(Emoji(ada, "grinning face")).ToBeVisibleAsync();
        await Barriers.AssertNone(ada, "picker");
        await ada.Button("Skin tone: no skin tone").ClickAsync();
        await Barriers.AssertNone(ada, "skin tones");
        await Search(ada).FillAsync("heart");
        await Barriers.AssertNone(ada, "found");
        await Search(ada).FillAsync("nothing is called so");
        await Barriers.AssertNone(ada, "nothing found");
    }

    private static ILocator Picker(Person person) => person.Page.GetByRole(AriaRole.Dialog, new PageGetByRoleOptions { Name = "Choose an emoji" });

    private static ILocator Search(Person person) => Picker(person).GetByRole(AriaRole.Textbox, new LocatorGetByRoleOptions { Name = "Search emoji" });

    private static ILocator Options(Person person) => Picker(person).GetByRole(AriaRole.Option);

    private static ILocator Emoji(Person person, string label) => Picker(person).GetByRole(AriaRole.Option, new LocatorGetByRoleOptions { Name = label, Exact = true });

    private static Task Gone(Person person) => Expect(person.Page.Locator(".emoji-layer")).ToHaveCountAsync(0);

    private static async Task Choose(Person person, string query, string label)
    {
        await person.Button("Emoji").ClickAsync();
        await Search(person).FillAsync(query);
        // Among what was found: the section of before may bear it, too.
        await Picker(person).GetByRole(AriaRole.Group, new LocatorGetByRoleOptions { Name = "Found" }).GetByRole(AriaRole.Option, new LocatorGetByRoleOptions { Name = label, Exact = true }).ClickAsync();
        await Gone(person);
    }
}
