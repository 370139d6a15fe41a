using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using Chatter.Chat.Settings;
using Microsoft.Extensions.Options;

namespace Chatter.App.Session;

/// <summary>
/// The unix socket by which the pages' own clients reach this host: whatever address, TLS or proxy the browser sees, and without counting as one address.
/// Who can open it still has to show a token.
/// </summary>
public sealed class PrivateListener
{
    // sun_path holds 108 bytes on Linux and 104 elsewhere, its ending NUL included.
    private const int LongestPath = 100;

    public PrivateListener(string dataPath)
    {
        var full = System.IO.Path.GetFullPath(System.IO.Path.Combine(dataPath, "chatter.sock"));
        Path = Encoding.UTF8.GetByteCount(full) <= LongestPath ? full : System.IO.Path.Combine(System.IO.Path.GetTempPath(), $"chatter-{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(full)))[..16]}.sock");
    }

    public PrivateListener(IOptions<ServerSettings> settings, IHostEnvironment environment)
        : this(System.IO.Path.Combine(environment.ContentRootPath, settings.Value.DataPath)) { }

    public string Path { get; }

    /// <summary>The address for Kestrel.</summary>
    public string Url => "http://unix:" + Path;

    /// <summary>One handler for all circuits: its connections go nowhere else.</summary>
    public SocketsHttpHandler CreateHandler() => new()
    {
        UseCookies = false,
        UseProxy = false,
        AllowAutoRedirect = false,
        ConnectCallback = async (_, cancel) =>
        {
            var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            try
            {
                await socket.ConnectAsync(new UnixDomainSocketEndPoint(Path), cancel);
                return new NetworkStream(socket, ownsSocket: true);
            }
            catch
            {
                socket.Dispose();
                throw;
            }
        },
    };
}
