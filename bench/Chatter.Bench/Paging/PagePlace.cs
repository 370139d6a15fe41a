using System.Globalization;
using System.Text.Json;

namespace Chatter.Bench.Paging;

/// <summary>Where in a room's log a page is.</summary>
/// <param name="Name">What it is called.</param>
/// <param name="Field">The field of the request that says so, or null for the newest.</param>
/// <param name="Seq">Its value.</param>
/// <param name="IsRight">Whether a page with this first and last seq is the one that was asked for.</param>
internal sealed record PagePlace(string Name, string? Field, long Seq, Func<long, long, bool> IsRight)
{
    public const int Limit = 50;

    /// <summary>Those of a room that has so many events.</summary>
    public static IReadOnlyList<PagePlace> Of(long last) =>
    [
        new("newest", null, 0, (_, to) => to == last),
        new("middle", "around", last / 2, (from, to) => from < last / 2 && last / 2 < to),
        new("oldest", "after", 0, (from, _) => from == 1),
    ];

    public string Query => string.Create(CultureInfo.InvariantCulture, $"limit={Limit}{(Field is null ? "" : $"&{Field}={Seq}")}");

    public string Fields => string.Create(CultureInfo.InvariantCulture, $"\"limit\":{Limit}{(Field is null ? "" : $",\"{Field}\":{Seq}")}");

    /// <returns>What is wrong with a page, or null.</returns>
    public string? Problem(ReadOnlySpan<byte> page)
    {
        using var document = JsonDocument.Parse(page.ToArray());
        var seqs = document.RootElement.GetProperty("events").EnumerateArray().Select(static item => item.GetProperty("seq").GetInt64()).ToArray();
        if (seqs.Length != Limit) return $"{Name}: {seqs.Length} events";
        return seqs[^1] - seqs[0] == Limit - 1 && seqs.Order().SequenceEqual(seqs) && IsRight(seqs[0], seqs[^1]) ? null : $"{Name}: {seqs[0]} to {seqs[^1]}";
    }
}
