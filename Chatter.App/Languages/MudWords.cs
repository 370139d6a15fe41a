using Microsoft.Extensions.Localization;
using MudBlazor;

namespace Chatter.App.Languages;

/// <summary>MudBlazor's own texts, in the reader's language where our pages show them.</summary>
internal sealed class MudWords : MudLocalizer
{
    public override LocalizedString this[string key] => key switch
    {
        "MudDialog_Close" or "MudSnackbar_Close" => new LocalizedString(key, Words.Of("Close")),
        _ => new LocalizedString(key, key, resourceNotFound: true),
    };
}
