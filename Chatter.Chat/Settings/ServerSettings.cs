using System.ComponentModel.DataAnnotations;

namespace Chatter.Chat.Settings;

/// <summary>What concerns the whole server: <c>Chatter</c>.</summary>
public sealed class ServerSettings
{
    /// <summary>The configuration section.</summary>
    public const string Section = "Chatter";

    /// <summary>The folder that holds the database and the keys; relative to the content root. Created on demand. Default: <c>data</c>.</summary>
    [Required, MinLength(1)]
    public string DataPath { get; set; } = "data";

    /// <summary>Origins besides the host's own whose pages may use a browser's cookie for <c>/ws</c>, the web app's circuits and changes, as <c>https://chat.example.org</c>. Default: none.</summary>
    public string[] AllowedOrigins { get; set; } = [];
}
