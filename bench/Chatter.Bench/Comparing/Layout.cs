namespace Chatter.Bench.Comparing;

/// <summary>
/// Who is where: the rooms fall into as many groups as make <paramref name="RoomsEach"/> rooms a group, and socket number n is in all rooms of group n modulo
/// their number. The first <paramref name="Speakers"/> sockets speak in turn, each in one of its rooms after the other.
/// </summary>
internal sealed record Layout(int Rooms, int Sockets, int Speakers, int RoomsEach = 1)
{
    public int Groups => Rooms / RoomsEach;

    public int SpeakersOfRoom => (Speakers + Groups - 1) / Groups;

    public int GroupOf(int socket) => socket % Groups;

    /// <summary>One of a socket's rooms, in turn.</summary>
    public int RoomOf(int socket, long turn) => GroupOf(socket) + (int)(turn % RoomsEach) * Groups;

    public bool IsIn(int socket, int room) => room % Groups == GroupOf(socket);

    /// <summary>A room's number among those of its group.</summary>
    public int NumberInGroup(int room) => room / Groups;

    /// <summary>A speaker's number among those of his rooms.</summary>
    public int Voice(int socket) => socket / Groups;

    public int MembersOf(int room) => (Sockets - room % Groups + Groups - 1) / Groups;
}
