using Chatter.Chat.Protocol;

namespace Chatter.Chat.Broadcasting;

/// <summary>Who came or went.</summary>
/// <param name="Presence">How it is now.</param>
/// <param name="HiddenFrom">Whom that user blocked, who isn't told.</param>
internal sealed record ChangedPresence(UserPresence Presence, IReadOnlySet<Guid> HiddenFrom);
