namespace Chatter.App.Startup;

/// <summary>Settings that Chatter can't start with, a line each.</summary>
internal sealed class BadSettingsException(IReadOnlyList<string> errors) : Exception(string.Join(Environment.NewLine, errors))
{
    public IReadOnlyList<string> Errors => errors;
}
