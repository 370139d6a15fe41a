using System.Diagnostics.CodeAnalysis;
using System.Text;
using Chatter.Chat.Protocol;
using Microsoft.AspNetCore.Identity;

namespace Chatter.Chat.Users;

/// <summary>The form by which user names are unique. As Identity's own has it, but without throwing at what no name can be.</summary>
internal sealed class UserNameLookup : ILookupNormalizer
{
    [return: NotNullIfNotNull(nameof(name))]
    public string? NormalizeName(string? name) => name is null ? null : NormalForm.Normalize(name, NormalizationForm.FormC).ToUpperInvariant();

    [return: NotNullIfNotNull(nameof(email))]
    public string? NormalizeEmail(string? email) => NormalizeName(email);
}
