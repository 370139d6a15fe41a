using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Chatter.App.Tests.Docs;
using Chatter.App.Tests.Startup;
using Xunit;

namespace Chatter.App.Tests.Scenarios;

/// <summary>A proxy of Debian's with the settings that docs/operations.md shows, TLS included, in a process of its own and a folder of its own.</summary>
internal sealed class RealProxy : IAsyncDisposable
{
    private const string Site = "chat.example.org";

    private readonly string _folder = Directory.CreateTempSubdirectory("chatter-proxy-").FullName;
    private readonly StringBuilder _output = new();
    private readonly Process _process;

    private RealProxy(string name, Uri server)
    {
        Port = Condition.FreePort();
        var shown = Repository.Blocks(Repository.Read("docs/operations.md"), name).Single().Replace("127.0.0.1:8080", server.Authority, StringComparison.Ordinal);
        var start = name switch
        {
            "nginx" => Nginx(shown),
            "haproxy" => HAProxy(shown),
            _ => Caddy(shown),
        };
        (start.RedirectStandardOutput, start.RedirectStandardError, start.WorkingDirectory) = (true, true, _folder);
        start.Environment["HOME"] = start.Environment["XDG_DATA_HOME"] = start.Environment["XDG_CONFIG_HOME"] = _folder;
        start.Environment["PATH"] += ":/usr/sbin";
        _process = new Process { StartInfo = start };
        _process.OutputDataReceived += Keep;
        _process.ErrorDataReceived += Keep;
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    public int Port { get; }

    /// <summary>The address as people see it. Its name is that of this machine, so nobody has to look it up.</summary>
    public Uri Address => new($"https://localhost:{Port}");

    public static async Task<RealProxy> Start(string name, Uri server)
    {
        var proxy = new RealProxy(name, server);
        try
        {
            using var http = proxy.Client(IPAddress.Loopback);
            await Condition.Until(() => proxy._process.HasExited || Answers(http), TestContext.Current.CancellationToken);
            Assert.False(proxy._process.HasExited, proxy.Output);
            return proxy;
        }
        catch (OperationCanceledException e)
        {
            await proxy.DisposeAsync();
            throw new InvalidOperationException($"{name} doesn't answer: {proxy.Output}", e);
        }
        catch
        {
            await proxy.DisposeAsync();
            throw;
        }
    }

    /// <summary>Somebody at an address of loopback's, which the proxy sees as theirs. Keeps cookies where there is a jar.</summary>
    public HttpClient Client(IPAddress from, CookieContainer? cookies = null) => new(Handler(from, cookies)) { BaseAddress = Address };

    public SocketsHttpHandler Handler(IPAddress from, CookieContainer? cookies = null) => new()
    {
        UseCookies = cookies is not null,
        CookieContainer = cookies ?? new CookieContainer(),
        AllowAutoRedirect = false,
        // The certificate is made for the test, and nobody signed it.
        SslOptions = { RemoteCertificateValidationCallback = static (_, certificate, _, _) => certificate is not null },
        ConnectCallback = async (_, cancel) =>
        {
            var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            socket.Bind(new IPEndPoint(from, 0));
            await socket.ConnectAsync(IPAddress.Loopback, Port, cancel);
            return new NetworkStream(socket, ownsSocket: true);
        },
    };

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited) _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync(CancellationToken.None);
        _process.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private string Output
    {
        get
        {
            lock (_output) return _output.ToString();
        }
    }

    private static bool Answers(HttpClient http)
    {
        try
        {
            using var answer = http.Send(new HttpRequestMessage(HttpMethod.Get, "/health/live"), TestContext.Current.CancellationToken);
            return answer.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    private ProcessStartInfo Nginx(string shown)
    {
        var (certificate, key) = Certificate();
        shown = shown.Replace("listen 443 ssl", $"listen 127.0.0.1:{Port} ssl", StringComparison.Ordinal)
            .Replace($"/etc/ssl/{Site}.pem", certificate, StringComparison.Ordinal).Replace($"/etc/ssl/{Site}.key", key, StringComparison.Ordinal);
        var temporary = string.Concat(new[] { "client_body", "proxy", "fastcgi", "uwsgi", "scgi" }.Select(kind => $"{kind}_temp_path {_folder}/{kind};\n"));
        var user = Environment.UserName == "root" ? "user root;\n" : "";
        var file = Write("nginx.conf", $"{user}daemon off;\nmaster_process off;\npid {_folder}/nginx.pid;\nerror_log stderr;\nevents {{}}\nhttp {{\naccess_log off;\n{temporary}{shown}}}\n");
        return new ProcessStartInfo(Program("nginx"), ["-e", "stderr", "-p", _folder, "-c", file]);
    }

    private ProcessStartInfo HAProxy(string shown)
    {
        var (certificate, key) = Certificate();
        var both = Write("both.pem", File.ReadAllText(certificate) + "\n" + File.ReadAllText(key) + "\n");
        shown = shown.Replace("bind :443", $"bind 127.0.0.1:{Port}", StringComparison.Ordinal).Replace($"/etc/haproxy/{Site}.pem", both, StringComparison.Ordinal);
        return new ProcessStartInfo(Program("haproxy"), ["-db", "-f", Write("haproxy.cfg", shown)]);
    }

    private ProcessStartInfo Caddy(string shown)
    {
        shown = shown.Replace($"{Site} {{", $"https://localhost:{Port} {{\n    bind 127.0.0.1\n    tls internal", StringComparison.Ordinal);
        var file = Write("Caddyfile", $"{{\n    admin off\n    skip_install_trust\n    auto_https disable_redirects\n}}\n{shown}");
        return new ProcessStartInfo("caddy", ["run", "--adapter", "caddyfile", "--config", file]);
    }

    /// <summary>Where Debian puts servers, in case that isn't in the path.</summary>
    private static string Program(string name) => File.Exists($"/usr/sbin/{name}") ? $"/usr/sbin/{name}" : name;

    private (string Certificate, string Key) Certificate()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={Site}", key, HashAlgorithmName.SHA256);
        using var certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        return (Write("certificate.pem", certificate.ExportCertificatePem()), Write("key.pem", key.ExportPkcs8PrivateKeyPem()));
    }

    private string Write(string name, string text)
    {
        var path = Path.Combine(_folder, name);
        File.WriteAllText(path, text);
        return path;
    }

    private void Keep(object sender, DataReceivedEventArgs line)
    {
        lock (_output) _output.AppendLine(line.Data);
    }
}
