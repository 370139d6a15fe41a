namespace Chatter.Chat.Maintenance;

/// <summary>A backup, a restore or a check can't be done for a reason that its operator can mend; the message is one line that says what and how.</summary>
public sealed class MaintenanceException : Exception
{
    internal MaintenanceException(string message, Exception? inner = null) : base(message, inner)
    {
    }

    internal MaintenanceException(string message, IReadOnlyList<Finding> findings) : base(message) => Findings = findings;

    /// <summary>What was found to be wrong with the data, if that is why.</summary>
    public IReadOnlyList<Finding> Findings { get; } = [];
}
