using System.Globalization;
using Chatter.App.Tests.Startup;
using Chatter.Chat.Protocol;
using Microsoft.Data.Sqlite;
using Xunit;

namespace Chatter.App.Tests.Browser.Support;

/// <summary>A server with a talk on it as people really have it: days of it, long names and words, many scripts, code, people who come and go.</summary>
internal sealed class BusyHouse : IAsyncDisposable
{
    public const string Room = "garden";
    public const string LongName = "wilhelmina.von-der-marwitz_1893";

    private static readonly (int DaysAgo, string Time, string Author, string Text)[] Talk =
    [
        (9, "18:02", "ada", "Welcome to the garden, everybody. Seeds are in the shed, second shelf."),
        (9, "18:02", "ada", "Whoever waters last shuts the gate, please."),
        (9, "18:40", "ben", "Thanks! I'll bring the ladder on Saturday, and the long saw if my brother gives it back."),
        (2, "07:55", "cleo", "Good morning 🌱🍅🐝 — first tomatoes are out. 👩‍🌾👨‍👩‍👧‍👦 🇪🇺"),
        (2, "07:56", "yusuf", "صباح الخير! هل يحتاج الحوض الجنوبي إلى الماء اليوم؟"),
        (2, "08:10", "noa", "בוקר טוב, אני מגיעה ב-9:30 עם ה-compost."),
        (2, "08:12", LongName, "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft is what my grandfather called the allotment committee."),
        (1, "21:14", "ben", "The watering script, in case somebody wants to read it:\n```sh\nfor bed in north south; do\n    level=$(moisture --bed \"$bed\" --format raw)\n    [ \"$level\" -lt 30 ] && open-valve \"$bed\" --seconds 240 --log /var/log/garden/valves-with-a-rather-long-name.log\ndone\n```"),
        (1, "21:15", "ben", "Full log: https://example.org/gardens/allotment-17/valves?from=2026-11-01T00:00:00Z&to=2026-11-23T23:59:59Z&resolution=minute&format=a-very-long-query-string-that-never-ends"),
        (1, "21:31", "cleo", "三号温室的番茄已经浇过水了。明天轮到谁？"),
        (0, "00:02", "ada", "Frost tonight?"),
        (0, "00:03", "ben", "Minus four, they say. I covered the tomatoes and the young figs; the hose is drained. **@ada** or whoever passes by in the evening, please look whether the fleece still holds on the west side, since the wind tears it off the nails there every single time."),
        (0, "00:03", "ben", "👍"),
        (0, "00:04", "ada", "I'll go at nine."),
    ];

    private static readonly (string About, string Author, string Emoji)[] Reactions =
    [
        ("👍", "ada", "🎉"), ("I'll go at nine.", "ben", "👍"), ("I'll go at nine.", "cleo", "👍"), ("I'll go at nine.", "ada", "❤️"), ("Frost tonight?", "yusuf", "🥶"), ("Frost tonight?", "noa", "🥶"), ("Frost tonight?", "ada", "🥶"),
    ];

    private const string Answered = "Frost tonight?";
    private const string Answering = "Minus four";
    private const string Misspelt = "Full log";
    private const string TakenBack = "Whoever waters";

    private readonly string _folder = Directory.CreateTempSubdirectory("chatter-house-").FullName;
    private readonly Dictionary<string, Guid> _said = [];
    private readonly Dictionary<string, Guid> _rooms = [];
    private ServerProcess? _server;

    public Site Site { get; private set; } = null!;

    public Account Ada { get; private set; } = null!;

    public Guid Garden { get; private set; }

    /// <summary>A server whose newest messages are of today (in UTC), whatever the time is.</summary>
    public static async Task<BusyHouse> Build()
    {
        var house = new BusyHouse();
        await house.Start();
        await house.Settle();
        await house.Kill();
        await house.Backdate();
        await house.Start();
        return house;
    }

    /// <summary>Without warning, as by <c>kill -9</c>.</summary>
    public ValueTask Kill() => _server!.DisposeAsync();

    public async ValueTask DisposeAsync()
    {
        if (_server is not null) await Kill();
        Directory.Delete(_folder, recursive: true);
    }

    private async Task Start()
    {
        _server = await ServerProcess.Start(_folder, null, Site.ManyFromOneAddress);
        Site = new Site(_server.Address);
    }

    private async Task Settle()
    {
        var people = new Dictionary<string, Account>();
        foreach (var (name, shown) in new[] { ("ada", "Ada Lovelace"), ("ben", "Ben"), ("cleo", "Cléo 🌻"), ("yusuf", "يوسف الحسن"), ("noa", "נועה"), (LongName, "Wilhelmina Freifrau von der Marwitz zu Friedersdorf-Altenburg") })
            people[name] = await Site.Register(name, shown);
        // Some have a picture, others their initials.
        foreach (var (name, seed) in ((string, int)[])[("ben", 5), ("cleo", 11), ("noa", 23)]) await people[name].With(client => client.ChangeAvatar(new MemoryStream(Scenery.Paint(320, 320, seed))));
        Ada = people["ada"];
        Garden = await Ada.CreateRoom(Room, "Beds, bees and what the frost left of them. Meeting every first Saturday at ten, rain or shine.");
        foreach (var person in people.Values.Skip(1)) await person.Join(Garden);
        foreach (var (_, _, author, text) in Talk) _said[text] = await people[author].Say(Garden, text, text.StartsWith(Answering, StringComparison.Ordinal) ? _said[Answered] : null);
        foreach (var (about, author, emoji) in Reactions) await people[author].With(client => client.React(Garden, _said[about], emoji, true));
        var (misspelt, takenBack) = (Talk.Single(static t => t.Text.StartsWith(Misspelt, StringComparison.Ordinal)), Talk.Single(static t => t.Text.StartsWith(TakenBack, StringComparison.Ordinal)));
        await people[misspelt.Author].With(client => client.Edit(Garden, _said[misspelt.Text], misspelt.Text.Replace("Full log", "The full log", StringComparison.Ordinal)));
        await people[takenBack.Author].With(client => client.Delete(Garden, _said[takenBack.Text]));

        foreach (var (name, unread) in new[] { ("kitchen", 2), ("workshop with a name that is much longer than the list is wide", 0), ("announcements", 120), ("מטבח", 1) })
        {
            var room = _rooms[name] = await Ada.CreateRoom(name);
            await people["ben"].Join(room);
            await people["ben"].Say(room, Enumerable.Range(1, unread).Select(static i => $"Item {i.ToString(CultureInfo.InvariantCulture)}"));
        }
        await people["cleo"].Join(_rooms["announcements"]);
        await people["cleo"].Say(_rooms["announcements"], "@ada could you put the frost dates on the board, please? Half of the beds are still open.");
        await Ada.With(async client =>
        {
            await client.ChangeMembership(_rooms["kitchen"], favourite: true);
            await client.ChangeMembership(_rooms["workshop with a name that is much longer than the list is wide"], NotifyLevels.Nothing);
            foreach (var kept in (string[])["Minus four", "Welcome to the garden"]) await client.Save(Garden, _said.Single(said => said.Key.StartsWith(kept, StringComparison.Ordinal)).Value, true);
            foreach (var pinned in (string[])["The watering script", "Welcome to the garden"]) await client.Pin(Garden, _said.Single(said => said.Key.StartsWith(pinned, StringComparison.Ordinal)).Value, true);
        });
        await Ada.CreateRoom("board", isPrivate: true);
        await people["cleo"].CreateRoom("Lost and found", "Gloves, mostly");
    }

    private async Task Backdate()
    {
        // What it found would be of other times.
        foreach (var file in Directory.EnumerateFiles(Path.Combine(_folder, "data"), "search.db*")) File.Delete(file);
        await using var store = new SqliteConnection($"Data Source={Path.Combine(_folder, "data", "chatter.db")}");
        await store.OpenAsync(TestContext.Current.CancellationToken);
        var now = DateTimeOffset.UtcNow;
        foreach (var (daysAgo, time, _, text) in Talk)
        {
            var at = now.Date.AddDays(-daysAgo).Add(TimeSpan.Parse(time, CultureInfo.InvariantCulture));
            await using var change = store.CreateCommand();
            change.CommandText = "update events set at = $at where id = $id";
            change.Parameters.AddWithValue("$at", new DateTimeOffset(at, TimeSpan.Zero).ToUnixTimeMilliseconds());
            change.Parameters.AddWithValue("$id", _said[text].ToByteArray(bigEndian: true));
            Assert.Equal(1, await change.ExecuteNonQueryAsync(TestContext.Current.CancellationToken));
        }
        await using var joins = store.CreateCommand();
        joins.CommandText = "update events set at = (select min(at) from events) - 60000 where text is null and seq < 8";
        await joins.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
    }
}
