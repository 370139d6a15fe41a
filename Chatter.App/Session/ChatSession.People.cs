using Chatter.Chat.Client;
using Chatter.Chat.Protocol;

namespace Chatter.App.Session;

/// <summary>People of a room, for completing their names.</summary>
public sealed partial class ChatSession
{
    private const int MostPages = 5;
    private const int MostFound = 8;
    private const int MembersPerPage = 200;

    /// <summary>Rooms whose members are remembered for mentions, a thousand of each.</summary>
    private const int MostRooms = 10;

    private readonly Recent<Guid, (int Version, IReadOnlyList<UserInfo> People)> _people = new(MostRooms);

    /// <summary>People of the whole house whose name begins so.</summary>
    public Task<Outcome<PersonPage>> SearchPeople(string begins, int limit) => Try(() => Client.People(begins, limit: limit, cancel: _ending.Token));

    /// <summary>The conversation with some people; shown once the socket is told of it.</summary>
    public Task<Outcome<RoomInfo>> Converse(IEnumerable<Guid> others) => Try(async () =>
    {
        var room = await Client.Converse(others, _ending.Token);
        await Until(() => state.Find(room.Id) is not null);
        return room;
    });

    /// <summary>A room's members whose user or display name begins with some letters: who wrote lately first, of the first thousand.</summary>
    public async Task<IReadOnlyList<UserInfo>> FindPeople(Guid id, string begins)
    {
        if (state.Find(id) is not { } room) return [];
        if (!_people.TryGet(id, out var known) || known.Version != room.MembersVersion)
        {
            if (await LoadPeople(id) is not { } people) return [];
            _people.Set(id, known = (room.MembersVersion, people));
        }
        var latest = room.Window.Events.Select(static (e, i) => (e.From?.Id, i)).Where(static e => e.Id is not null).GroupBy(static e => e.Id!.Value).ToDictionary(static e => e.Key, static e => e.Last().i);
        return
        [
            .. known.People
                .Where(p => p.Id != state.Me?.Id && (p.Name.StartsWith(begins, StringComparison.OrdinalIgnoreCase) || p.DisplayName.StartsWith(begins, StringComparison.CurrentCultureIgnoreCase)))
                .OrderByDescending(p => latest.GetValueOrDefault(p.Id, -1)).ThenBy(static p => p.Name, StringComparer.OrdinalIgnoreCase)
                .Take(MostFound),
        ];
    }

    private async Task<IReadOnlyList<UserInfo>?> LoadPeople(Guid id)
    {
        var people = new List<UserInfo>();
        string? after = null;
        for (var i = 0; i < MostPages; i++)
        {
            if (!(await Members(id, after, MembersPerPage)).Is(out var page, out _)) return null;
            people.AddRange(page.Members.Select(static member => member.User));
            if ((after = page.Next) is null) break;
        }
        return people;
    }
}
