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
}
