namespace Chatter.Chat.Settings;

/// <summary>Chatter can't start for a reason that its operator can mend; the message is one line that says what and how.</summary>
public sealed class StartupException(string message, Exception? inner = null) : Exception(message, inner);
