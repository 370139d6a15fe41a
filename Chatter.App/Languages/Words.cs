using System.Resources;
using System.Text;

namespace Chatter.App.Languages;

/// <summary>
/// What people read, in the language of the request or circuit: <c>Words.resx</c> and its translations. Whatever makes texts asks here, components, session and scripts alike.
/// A test (<c>WordsTests</c>) sees to it that every key is there in every language, and that none is left over.
/// </summary>
public static class Words
{
    private static readonly ResourceManager Texts = new("Chatter.App.Languages.Words", typeof(Words).Assembly);

    /// <summary>A text by its key.</summary>
    public static string Of(string key) => Texts.GetString(key, Language.Current.Culture) ?? key;

    /// <summary>A text with what belongs into it: <c>{0}</c> and so on. Names and the like are kept from turning the sentence around.</summary>
    public static string Of(string key, params ReadOnlySpan<object?> arguments) => Fill(Of(key), arguments);

    /// <summary>A text that goes with a number, <c>{0}</c>, in the form that the number demands: <c>key.one</c>, <c>key.other</c> and what else the language has.</summary>
    public static string Count(string key, long count, params ReadOnlySpan<object?> more) => Fill(Of($"{key}.{Plurals.Form(Language.Current.Code, count)}"), [count, .. more]);

    /// <summary>A number.</summary>
    public static string Number(long number) => number.ToString("N0", Language.Current.Culture);

    /// <summary>Several in a row: "a", "a and b", "a, b and c".</summary>
    public static string List(IReadOnlyList<string> items)
    {
        if (items.Count < 2) return items.Count == 0 ? "" : items[0];
        var kept = items.Select(BetweenOthers.Keep).ToList();
        return string.Format(Language.Current.Culture, CompositeFormat.Parse(Of("ListEnd")), string.Join(Of("ListSeparator"), kept[..^1]), kept[^1]);
    }

    private static string Fill(string text, ReadOnlySpan<object?> arguments)
    {
        var shown = new object?[arguments.Length];
        for (var i = 0; i < shown.Length; i++)
            shown[i] = arguments[i] switch { string said => BetweenOthers.Keep(said), int or long => Number(Convert.ToInt64(arguments[i], null)), var other => other };
        return string.Format(Language.Current.Culture, CompositeFormat.Parse(text), shown);
    }
}
