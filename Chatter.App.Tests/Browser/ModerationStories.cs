using System.Text.RegularExpressions;
using Chatter.App.Tests.Browser.Support;
using Microsoft.Playwright;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace Chatter.App.Tests.Browser;

/// <summary>Rooms that are kept in order: roles, mutes, bans, announcements, the archive; and commands that are typed.</summary>
public sealed class ModerationStories(Chromium chromium) : Story(chromium)
{
    [Fact]
    public async Task Who_is_muted_reads_on_and_is_told_why_he_can_not_write()
    {
        var (ada, ben) = await TwoIn("Attic ");
        await ben.Write("rude");
        await ada.Sees("rude");
        await ada.Row("rude").Locator("button.author").ClickAsync();
        await Do(ada, "Mute for 1 hour");
        await Expect(ben.Page.GetByText("You are muted here until")).ToBeVisibleAsync();
        await Expect(ben.Composer).ToBeHiddenAsync();
        await Expect(ben.Page.Locator(".notice").Last).ToHaveTextAsync($"{ada.Name} muted you for 1 hour");
        await ben.PointAt("rude");
        await Expect(ben.Tool("Reply")).ToBeHiddenAsync();

        await Expect(ada.Dialog.GetByText("Muted until")).ToBeVisibleAsync();
        await Do(ada, "Let write again");
        await Expect(ben.Composer).ToBeEnabledAsync();
        await ben.Write("sorry");
        await ada.Sees("sorry");
    }

    [Fact]
    public async Task A_moderator_bans_and_the_ban_is_lifted()
    {
        var (ada, ben) = await TwoIn("Attic ");
        var cleo = await Site.Register(Site.Unique("cleo"));
        await cleo.Join(ada.Room);
        await cleo.Say(ada.Room, "rude");
        var room = ada.Room;
        await ada.Button("Members").ClickAsync();
        await Member(ada, ben.Name).ClickAsync();
        await Do(ada, "Make moderator");
        await Expect(Member(ben.Page, ben.Name)).ToHaveCountAsync(0);
        await ben.Sees("rude");
        await ben.Row("rude").Locator("button.author").ClickAsync();
        await Do(ben, "Ban from room");
        await ben.Dialog.GetByLabel("Reason").FillAsync("spam");
        await ben.Dialog.GetByRole(AriaRole.Button, new LocatorGetByRoleOptions { Name = "Ban from room" }).ClickAsync();
        await Expect(ada.Page.Locator(".notice").Last).ToHaveTextAsync($"{ben.Name} banned {cleo.Name}: spam");

        await ada.Page.Keyboard.PressAsync("Escape");
        await ada.Button($"Lift the ban of {cleo.Name}").ClickAsync();
        await Expect(ada.Page.GetByText("Lift ban")).ToHaveCountAsync(0);
        await cleo.Join(room);
        await Expect(Member(ada, cleo.Name)).ToBeVisibleAsync();
    }

    [Fact]
    public async Task In_an_announcement_room_and_an_archived_one_others_only_read()
    {
        var (ada, ben) = await TwoIn("Attic ");
        await ada.Choose("Room menu", "Let only moderators write");
        await Expect(ben.Page.GetByText("Only the owner and moderators write here.")).ToBeVisibleAsync();
        await ada.Write("news");
        await ben.Sees("news");
        await ben.Use("news", "React with 👍");
        await Expect(ada.Reaction("👍")).ToHaveTextAsync("👍 1");

        await ada.Choose("Room menu", "Archive room");
        await Expect(ada.Page.GetByText("This room is archived")).ToBeVisibleAsync();
        await Expect(ben.Page.GetByText("This room is archived")).ToBeVisibleAsync();
        await ada.Choose("Room menu", "Open room again");
        await ada.Choose("Room menu", "Let everybody write");
        await Expect(ben.Composer).ToBeEnabledAsync();
        await ben.Write("thanks");
        await ada.Sees("thanks");
    }

    [Fact]
    public async Task Commands_are_completed_carried_out_and_explained()
    {
        var (ada, ben) = await TwoIn("Attic ");
        await ada.Composer.PressSequentiallyAsync("/to");
        await Expect(ada.Page.GetByRole(AriaRole.Option)).ToContainTextAsync("/topic text");
        await ada.Composer.PressAsync("Enter");
        await Expect(ada.Composer).ToHaveValueAsync("/topic ");
        await ada.Composer.PressSequentiallyAsync("Frost dates");
        await ada.Composer.PressAsync("Enter");
        await Expect(ben.Page.Locator(".bar-topic")).ToHaveTextAsync("Frost dates");
        await Expect(ada.Composer).ToHaveValueAsync("");

        await ada.Write("/me waves");
        await Expect(ben.Row("waves").Locator("em")).ToHaveTextAsync("waves");
        await ada.Write("/shrug who knows");
        await ben.Sees(@"who knows ¯\_(ツ)_/¯");
        await ada.Write("//etc/hosts");
        await ben.Sees("/etc/hosts");
        await ada.Write("/frost");
        await Expect(ada.Page.Locator(".composer-hint")).ToContainTextAsync("There is no command /frost.");
        await Expect(ada.Composer).ToHaveValueAsync("/frost");
        await ben.Write("/topic mine");
        await Expect(ben.Page.Locator(".composer-hint")).ToContainTextAsync("Only the room's owner may do that.");

        await ada.Write("/help");
        await Expect(ada.Dialog).ToContainTextAsync("/join room");
        await ada.Page.Keyboard.PressAsync("Escape");
        await Expect(ada.Dialog).ToHaveCountAsync(0);
        await ada.Write($"/kick @{ben.Name} frost");
        await Expect(ben.Page.GetByText("You were removed from")).ToBeVisibleAsync();
        await Expect(ada.Page.Locator(".notice").Last).ToHaveTextAsync($"You removed {ben.Name}: frost");
    }

    [Fact]
    public async Task A_room_is_joined_and_left_by_a_command()
    {
        var (person, _, _) = await AloneIn("Attic ");
        var other = await Site.Register(Site.Unique("ben"));
        var name = Site.Unique("Barn ");
        var barn = await other.CreateRoom(name);

        await person.Write($"/join #{name}");
        await person.IsIn(name);
        Assert.Equal(barn, person.Room);
        await person.Write("/join nowhere at all");
        await Expect(person.Page.Locator(".composer-hint")).ToContainTextAsync("There is no public room called nowhere at all.");
        await person.Write("/leave");
        await Expect(person.Page.GetByText(new Regex($"You left {name}"))).ToBeVisibleAsync();
    }

    private static async Task Do(Person person, string deed) => await person.Dialog.GetByRole(AriaRole.Button, new LocatorGetByRoleOptions { Name = deed }).ClickAsync();

    private static ILocator Member(Person person, string name) => Member(person.Page, name);

    private static ILocator Member(IPage page, string name) => page.Locator(".member", new PageLocatorOptions { HasTextString = name });
}
