using System.Security.Cryptography;
using Chatter.Chat.Storage;

namespace Chatter.Chat.Push;

/// <summary>
/// The key by which push services know this server. Made once, when somebody first wants to be pushed to, and kept with the other keys: browsers subscribe to this one
/// key, so with another one all their subscriptions would be worthless.
/// </summary>
internal sealed class PushKeys(Database database) : IDisposable
{
    private static readonly TimeSpan Life = TimeSpan.FromHours(12);

    private readonly Lazy<ECDsa> _key = new(() => Load(database.Files));
    private readonly Lock _turn = new();

    /// <summary>As browsers want it.</summary>
    public string PublicKey
    {
        get
        {
            lock (_turn) return Vapid.PublicKey(_key.Value);
        }
    }

    /// <summary>What proves to the push service at that address that it is this server that pushes.</summary>
    public string Authorization(Uri endpoint, DateTimeOffset now, string subject)
    {
        lock (_turn) return Vapid.Authorization(_key.Value, endpoint.GetLeftPart(UriPartial.Authority), now + Life, subject);
    }

    public void Dispose()
    {
        if (_key.IsValueCreated) _key.Value.Dispose();
    }

    private static ECDsa Load(StoreFiles files)
    {
        var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        if (File.Exists(files.PushKey))
        {
            key.ImportFromPem(File.ReadAllText(files.PushKey));
            return key;
        }
        Directory.CreateDirectory(files.Keys);
        // Whole under its name, or not there: half a key would be a new one at the next start.
        var partial = files.PushKey + ".tmp";
        if (File.Exists(partial)) File.Delete(partial);
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        using (var writer = new StreamWriter(partial, options)) writer.Write(key.ExportPkcs8PrivateKeyPem());
        Durable.FlushFile(partial);
        File.Move(partial, files.PushKey);
        Durable.FlushFolder(files.Keys);
        return key;
    }
}
