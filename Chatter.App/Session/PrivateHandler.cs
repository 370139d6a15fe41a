using System.Net.Sockets;

namespace Chatter.App.Session;

/// <summary>All circuits' way to the <see cref="PrivateListener"/>.</summary>
internal sealed class PrivateHandler(PrivateListener listener) : IDisposable
{
    public SocketsHttpHandler Handler { get; } = new()
    {
        UseCookies = false,
        UseProxy = false,
        AllowAutoRedirect = false,
        ConnectCallback = async (_, cancel) =>
        {
            var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            try
            {
                await socket.ConnectAsync(new UnixDomainSocketEndPoint(listener.Path), cancel);
                return new NetworkStream(socket, ownsSocket: true);
            }
            catch
            {
                socket.Dispose();
                throw;
            }
        },
    };

    public void Dispose() => Handler.Dispose();
}
