using System.Globalization;
using Chatter.App.Languages;

namespace Chatter.App.Tests.Languages;

/// <summary>The rest of a test in another language; what it begins afterwards speaks it, too.</summary>
internal sealed class Speaking : IDisposable
{
    private readonly CultureInfo _before = CultureInfo.CurrentUICulture;

    private Speaking(Language language) => CultureInfo.CurrentUICulture = language.Culture;

    public static Speaking In(string code) => new(Language.Find(code) ?? throw new ArgumentOutOfRangeException(nameof(code), code, "There is no such language."));

    public void Dispose() => CultureInfo.CurrentUICulture = _before;
}
