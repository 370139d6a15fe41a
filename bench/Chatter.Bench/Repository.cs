namespace Chatter.Bench;

/// <summary>Where everything is.</summary>
internal static class Repository
{
    private static readonly string Root = FindRoot();

    public static string PathTo(params string[] parts) => Path.Combine([Root, .. parts]);

    private static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            if (File.Exists(Path.Combine(folder.FullName, "Chatter.Blazor.sln"))) return folder.FullName;
        throw new DirectoryNotFoundException("Run it from the repository.");
    }
}
