namespace Chatter.Bench.Comparing;

/// <summary>Who is where: socket number n is in room n modulo <paramref name="Rooms"/>, and the first <paramref name="Speakers"/> speak in turn.</summary>
internal sealed record Layout(int Rooms, int Sockets, int Speakers)
{
    public int SpeakersOfRoom => (Speakers + Rooms - 1) / Rooms;

    public int RoomOf(int socket) => socket % Rooms;

    /// <summary>A speaker's number among those of his room.</summary>
    public int Voice(int socket) => socket / Rooms;

    public int MembersOf(int room) => (Sockets - room + Rooms - 1) / Rooms;
}
