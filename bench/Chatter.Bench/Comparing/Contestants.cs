namespace Chatter.Bench.Comparing;

/// <summary>All who may take part.</summary>
internal static class Contestants
{
    /// <summary>Whom the others are compared with.</summary>
    public const string Yardstick = "signalr";

    public static IReadOnlyList<Contestant> All()
    {
        // Two of each are in one place, which is built or installed once.
        var dotnet = new Lazy<Task<string?>>(static () => Tool.Run("dotnet", "build", "-c", "Release", "--nologo", "-v", "q", Repository.PathTo("bench", "Peers")));
        var node = new Lazy<Task<string?>>(InstallNodePackages);
        var ceiling = Path.Combine(AppContext.BaseDirectory, "ceiling");
        var plain = new PlainDialect();
        return
        [
            new ChatterContestant(),
            new PeerContestant("signalr", new SignalRDialect(), () => dotnet.Value, static () => ["dotnet", DotnetPeers, "signalr"]),
            new PeerContestant("kestrel", plain, () => dotnet.Value, static () => ["dotnet", DotnetPeers, "kestrel"]),
            new PeerContestant("node", plain, () => node.Value, static () => ["node", Repository.PathTo("bench", "Peers.Node", "ws.mjs")]),
            new PeerContestant("bun", plain, async () => await node.Value ?? (Bun() is null ? "Bun has no program for this machine" : null), static () => [Bun()!, Repository.PathTo("bench", "Peers.Node", "bun.mjs")]),
            new PeerContestant("c", plain, () => Tool.Run("gcc", "-O2", "-o", ceiling, Repository.PathTo("bench", "Peers.C", "ceiling.c")), () => [ceiling]),
        ];
    }

    private static string DotnetPeers => Repository.PathTo("bench", "Peers", "bin", "Release", "net10.0", "Peers.dll");

    // Without scripts: what Bun's does is to link the program that is there.
    private static Task<string?> InstallNodePackages() =>
        Tool.Run("npm", "ci", "--ignore-scripts", "--prefix", Repository.PathTo("bench", "Peers.Node"));

    private static string? Bun()
    {
        var folder = Repository.PathTo("bench", "Peers.Node", "node_modules", "@oven");
        return Directory.Exists(folder) ? Directory.EnumerateFiles(folder, "bun", SearchOption.AllDirectories).Order(StringComparer.Ordinal).FirstOrDefault() : null;
    }
}
