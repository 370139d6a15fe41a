using System.Security.Cryptography;

namespace Chatter.Chat.Maintenance;

/// <summary>
/// The hashes of a backup's files, in the format of <c>sha256sum</c>: what no checksum inside the database covers (accounts, keys) is covered while it lies
/// on a shelf, and one can check it without Chatter.
/// </summary>
internal static class BackupSeal
{
    public const string Name = "SHA256SUMS";

    public static bool IsIn(string folder) => File.Exists(Path.Combine(folder, Name));

    /// <summary>Writes the hashes of what is in a folder.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="renamed">A file that will have another name, and that name.</param>
    public static void Write(string folder, (string From, string To) renamed)
    {
        var lines = Files(folder).Select(file => $"{Hash(Path.Combine(folder, file))}  {(file == renamed.From ? renamed.To : file)}\n");
        File.WriteAllText(Path.Combine(folder, Name), string.Concat(lines));
    }

    /// <summary>What isn't as it was when the backup was made.</summary>
    public static IEnumerable<Finding> Check(string folder)
    {
        foreach (var line in File.ReadLines(Path.Combine(folder, Name)))
        {
            if (line.Split("  ", 2) is not [var hash, var file])
            {
                yield return new Finding(Laws.Files, null, null, $"{Name} is damaged.");
                continue;
            }
            var path = Path.Combine(folder, file);
            if (!File.Exists(path)) yield return new Finding(Laws.Files, null, null, $"{file} is missing.");
            else if (Hash(path) != hash) yield return new Finding(Laws.Files, null, null, $"{file} isn't as it was when the backup was made.");
        }
    }

    private static IEnumerable<string> Files(string folder) =>
        Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Select(file => Path.GetRelativePath(folder, file)).Where(static file => file != Name).Order(StringComparer.Ordinal);

    private static string Hash(string path)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 20, FileOptions.SequentialScan);
#pragma warning disable CA1308 // As sha256sum writes it.
        return Convert.ToHexString(SHA256.HashData(file)).ToLowerInvariant();
#pragma warning restore CA1308
    }
}
