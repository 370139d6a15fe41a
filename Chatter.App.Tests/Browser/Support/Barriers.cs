using Deque.AxeCore.Commons;
using Deque.AxeCore.Playwright;
using Microsoft.Playwright;
using Xunit;

namespace Chatter.App.Tests.Browser.Support;

/// <summary>What keeps people out who can't see or point well, as far as axe can tell.</summary>
internal static class Barriers
{
    /// <summary>Fails where axe finds something in what is shown now, in light or dark; <paramref name="within"/> is a selector of the only part that counts.</summary>
    public static async Task AssertNone(Person person, string view, string? within = null)
    {
        foreach (var scheme in new[] { ColorScheme.Light, ColorScheme.Dark })
        {
            await person.Page.EmulateMediaAsync(new PageEmulateMediaOptions { ColorScheme = scheme });
            await person.Page.EvaluateAsync("() => Promise.allSettled(document.getAnimations().map(animation => animation.finished))");
            var found = within is null ? await person.Page.RunAxe() : await person.Page.Locator(within).RunAxe();
            Assert.True(found.Violations.Length == 0, $"{view}, {scheme}: " + string.Join("; ", found.Violations.Select(Describe)));
        }
    }

    private static string Describe(AxeResultItem item) => $"{item.Id} ({item.Help}): {string.Join(" | ", item.Nodes.Select(static node => node.Html))}";
}
