namespace Chatter.Bench.Comparing;

/// <summary>How one talks to a contestant's server: what differs between them, and nothing else.</summary>
internal abstract class Dialect
{
    /// <summary>A socket pings so often by itself, where the server expects that.</summary>
    public static readonly TimeSpan PingEvery = TimeSpan.FromSeconds(15);

    /// <summary>What is asked for in the handshake by a socket of a group of rooms; where each room is one, by who hears that room.</summary>
    public abstract string Path(int group);

    /// <summary>The messages that follow the handshake at once.</summary>
    public abstract IEnumerable<string> Opening(int group);

    /// <summary>The message that has a text delivered to everybody in a room.</summary>
    public abstract string Message(int room, long number);

    /// <summary>What a message without a <see cref="Mark"/> says.</summary>
    public abstract Meaning Read(ReadOnlySpan<byte> payload);

    /// <summary>The message a socket sends now and then only to be heard, or null.</summary>
    public virtual string? Ping => null;

    /// <summary>Whether all of a room are promised the same order, whoever speaks. Else it is only that of each speaker.</summary>
    public virtual bool OneOrder => false;
}

/// <summary>What a server's message is about.</summary>
internal enum Meaning
{
    /// <summary>Nothing that matters here.</summary>
    Nothing,

    /// <summary>From now on the socket gets what is said in its room.</summary>
    Live,

    /// <summary>Something was refused.</summary>
    Refusal,
}
