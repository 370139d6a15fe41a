using System.Text.RegularExpressions;
using Chatter.App.Tests.Browser.Support;
using Microsoft.Playwright;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace Chatter.App.Tests.Browser;

/// <summary>Talk among a few, without a room.</summary>
public sealed class ConversationStories(Chromium chromium) : Story(chromium)
{
    [Fact]
    public async Task Somebody_is_found_by_his_name_and_spoken_to()
    {
        var (ada, ben) = await Two();
        await Converse(ada, ben.Name);
        await ada.Write("hello, just you");

        await Expect(ben.RoomLink(ada.Name)).ToContainTextAsync("1 unread");
        await Expect(ben.Page.Locator(".side-places")).ToContainTextAsync("1 message for you");
        await Expect(ben.Page).ToHaveTitleAsync(new Regex(@"^\(1\)"));
        await ben.GoTo(ada.Name);
        await ben.SeesExactly("hello, just you");
        await ben.Write("hello");
        await ada.SeesExactly("hello, just you", "hello");
        await Expect(ada.RoomLink(ben.Name).Locator(".dot.online")).ToBeVisibleAsync();
        await ben.OpenMenu("Room menu");
        await Expect(ben.Page.GetByRole(AriaRole.Menuitem, new PageGetByRoleOptions { Name = "Leave" })).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task What_a_stranger_begins_is_a_request_to_accept_or_to_decline()
    {
        var (ada, ben) = await Two();
        await Converse(ada, ben.Name);
        await ada.Write("hello, do we know each other?");
        await Expect(ben.Page.GetByRole(AriaRole.Heading, new PageGetByRoleOptions { Name = "Requests" })).ToHaveCountAsync(1);
        await ben.GoTo(ada.Name);
        await Expect(ben.Page.Locator(".request")).ToContainTextAsync($"{ada.Name} wants to talk to you.");
        await ben.Page.Locator(".request").GetByRole(AriaRole.Button, new LocatorGetByRoleOptions { Name = "Accept" }).ClickAsync();
        await Expect(ben.Page.Locator(".request")).ToHaveCountAsync(0);
        await Expect(ben.RoomLink(ada.Name)).ToBeVisibleAsync();

        var cleo = await Arrival(await Site.Register(Site.Unique("cleo")));
        await cleo.Open();
        await Converse(cleo, ben.Name);
        await cleo.Write("buy my boots");
        await ben.GoTo(cleo.Name);
        await ben.Page.Locator(".request").GetByRole(AriaRole.Button, new LocatorGetByRoleOptions { Name = "Decline" }).ClickAsync();
        await Expect(ben.RoomLink(cleo.Name)).ToHaveCountAsync(0);
        await Expect(ben.Page.Locator(".request")).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task A_conversation_is_hidden_until_somebody_writes()
    {
        var (ada, ben) = await Two();
        await Converse(ada, ben.Name);
        await ada.Write("see you");
        await Expect(ben.RoomLink(ada.Name)).ToContainTextAsync("1 unread");
        await ada.OpenMenu("Room menu");
        await ada.Page.GetByRole(AriaRole.Menuitem, new PageGetByRoleOptions { Name = "Hide conversation" }).ClickAsync();
        await Expect(ada.RoomLink(ben.Name)).ToHaveCountAsync(0);
        await ada.Page.GetByLabel("Search your rooms").FillAsync(ben.Name);
        await Expect(ada.RoomLink(ben.Name)).ToBeVisibleAsync();
        await ada.Page.GetByLabel("Search your rooms").FillAsync("");
        await Expect(ada.RoomLink(ben.Name)).ToHaveCountAsync(0);

        await ben.GoTo(ada.Name);
        await ben.Write("one more thing");
        await Expect(ada.RoomLink(ben.Name)).ToContainTextAsync("1 unread");
    }

    [Fact]
    public async Task From_a_persons_card_one_gets_to_the_same_conversation_again()
    {
        var (ada, ben) = await TwoIn("Attic ");
        await ben.Write("psst");
        await ada.Row("psst").Locator("button.author").ClickAsync();
        await ada.Dialog.GetByRole(AriaRole.Button, new LocatorGetByRoleOptions { Name = "Message" }).ClickAsync();
        await ada.IsIn(ben.Name);
        var conversation = ada.Room;
        await ada.Write("yes?");
        await ben.GoTo(ada.Name);
        Assert.Equal(conversation, ben.Room);
        await ben.Write($"/msg {ada.Name}");
        await Expect(ben.Composer).ToHaveValueAsync("");
        Assert.Equal(conversation, ben.Room);
        await ben.Write("/msg nobody-at-all");
        await Expect(ben.Page.Locator(".composer-hint")).ToContainTextAsync("There is nobody called nobody-at-all.");
    }

    [Fact]
    public async Task Several_talk_and_one_leaves()
    {
        var (ada, ben) = await Two();
        var cleo = await Site.Register(Site.Unique("cleo"));
        await ada.Button("New conversation").ClickAsync();
        foreach (var name in (string[])[ben.Name, cleo.Name])
        {
            await ada.Dialog.GetByLabel("Name").FillAsync(name);
            await ada.Dialog.Locator(".choice", new LocatorLocatorOptions { HasTextString = name }).ClickAsync();
            await Expect(ada.Dialog.Locator(".chip", new LocatorLocatorOptions { HasTextString = name })).ToBeVisibleAsync();
        }
        await ada.Dialog.GetByRole(AriaRole.Button, new LocatorGetByRoleOptions { Name = "Start" }).ClickAsync();
        await ada.IsIn($"{ben.Name}, {cleo.Name}");
        await ada.Write("hello, you two");
        await ben.GoTo($"{ada.Name}, {cleo.Name}");
        await ben.SeesExactly("hello, you two");

        await ben.Choose("Room menu", "Leave conversation");
        await ben.Dialog.GetByRole(AriaRole.Button, new LocatorGetByRoleOptions { Name = "Leave room" }).ClickAsync();
        await Expect(ada.Page.Locator(".bar-title")).ToContainTextAsync(cleo.Name);
        await Expect(ada.Page.Locator(".bar-title")).Not.ToContainTextAsync(ben.Name);
    }

    private async Task<(Person Ada, Person Ben)> Two()
    {
        var people = (Ada: await Arrival(await Site.Register(Site.Unique("ada"))), Ben: await Arrival(await Site.Register(Site.Unique("ben"))));
        await Task.WhenAll(people.Ada.Open(), people.Ben.Open());
        return people;
    }

    private static async Task Converse(Person person, string with)
    {
        await person.Button("New conversation").ClickAsync();
        await person.Dialog.GetByLabel("Name").FillAsync(with);
        await person.Dialog.Locator(".choice", new LocatorLocatorOptions { HasTextString = with }).ClickAsync();
        await person.Dialog.GetByRole(AriaRole.Button, new LocatorGetByRoleOptions { Name = "Start" }).ClickAsync();
        await person.IsIn(with);
    }
}
