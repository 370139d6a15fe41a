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

    /// <summary>
    /// Addresses and networks of the proxies in front, as <c>127.0.0.1</c> or <c>10.0.0.0/8</c>; <c>unix</c> for one that connects by a unix socket. What they say about the
    /// caller (<c>X-Forwarded-For</c>, <c>-Proto</c>, <c>-Host</c>) counts; from all others it is ignored. Default: none.
    /// </summary>
    [Networks]
    public string[] Proxies { get; set; } = [];

    /// <summary>Whether to serve plain HTTP beyond this machine in Production, with no proxy in <see cref="Proxies"/> that adds TLS. Default: false.</summary>
    public bool PlainHttp { get; set; }
}
