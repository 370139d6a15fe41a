using System.ComponentModel.DataAnnotations;

namespace Chatter.App;

/// <summary>How the web app behaves: <c>Chatter:Ui</c>.</summary>
public sealed class UiSettings
{
    /// <summary>The configuration section.</summary>
    public const string Section = "Chatter:Ui";

    /// <summary>After how long without a sign of life at a page it says that nobody is there: 1 s to a day. Default: 10 min.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "1.00:00:00")]
    public TimeSpan AwayAfter { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>Pages (circuits) that one user may have open at a time: 1 to 10,000. Default: 20.</summary>
    [Range(1, 10_000)]
    public int CircuitsPerUser { get; set; } = 20;

    /// <summary>Pages (circuits) that may be open at a time from one address, of all users there: 1 to 1,000,000. Default: 500.</summary>
    [Range(1, 1_000_000)]
    public int CircuitsPerAddress { get; set; } = 500;
}
