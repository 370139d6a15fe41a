using Chatter.App.Languages;

namespace Chatter.App.Session;

/// <summary>What a browser calls itself, as people call it.</summary>
public static class Devices
{
    private const string On = " on ";
    private const string Any = "A browser";

    // The first that fits: nearly all browsers also say that they are the ones before them.
    private static readonly (string Said, string Name)[] Browsers =
        [("Edg", "Edge"), ("OPR/", "Opera"), ("SamsungBrowser/", "Samsung Internet"), ("Firefox/", "Firefox"), ("FxiOS/", "Firefox"), ("CriOS/", "Chrome"), ("Chrome/", "Chrome"), ("Safari/", "Safari")];

    private static readonly (string Said, string Name)[] Systems =
        [("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"), ("CrOS", "ChromeOS"), ("Windows", "Windows"), ("Mac OS X", "Mac"), ("Macintosh", "Mac"), ("Linux", "Linux")];

    /// <summary>A name such as “Firefox on Linux” of what a browser sends, in English, as it is noted with the session; what isn't a browser's is left as it is.</summary>
    public static string? Name(string? agent)
    {
        if (agent is null || !agent.StartsWith("Mozilla/", StringComparison.Ordinal)) return agent;
        return (First(Browsers, agent), First(Systems, agent)) switch
        {
            ({ } browser, { } system) => browser + On + system,
            ({ } browser, null) => browser,
            (null, { } system) => Any + On + system,
            _ => Any,
        };
    }

    /// <summary>Such a name in the reader's language.</summary>
    public static string Said(string name) => name.Split(On) switch
    {
        [Any, var system] when IsKnown(Systems, system) => Words.Of("ABrowserOnSystem", system),
        [var browser, var system] when IsKnown(Browsers, browser) && IsKnown(Systems, system) => Words.Of("BrowserOnSystem", browser, system),
        [Any] => Words.Of("ABrowser"),
        _ => name,
    };

    /// <summary>Whether a device with this name is held in the hand.</summary>
    public static bool IsHandheld(string? name) => name is not null && (name.EndsWith("iPhone", StringComparison.Ordinal) || name.EndsWith("iPad", StringComparison.Ordinal) || name.EndsWith("Android", StringComparison.Ordinal));

    private static bool IsKnown((string Said, string Name)[] known, string name) => Array.Exists(known, one => one.Name == name);

    private static string? First((string Said, string Name)[] known, string agent) => known.FirstOrDefault(one => agent.Contains(one.Said, StringComparison.Ordinal)).Name;
}
