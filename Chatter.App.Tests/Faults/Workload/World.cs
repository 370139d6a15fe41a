using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text.Json;
using Chatter.App.Tests.Faults.History;
using Chatter.Chat.Tests.Support;

namespace Chatter.App.Tests.Faults.Workload;

/// <summary>Somebody with an account, and what he sent so far by all his devices.</summary>
internal sealed record Person(string Name, string Id, string Token)
{
    private readonly List<Said> _said = [];
    private readonly HashSet<string> _refused = [];

    public void Say(Said said)
    {
        lock (_said) _said.Add(said);
    }

    /// <summary>That send was refused for good: what was to come behind it waits in vain, whichever device it is on.</summary>
    public void Refuse(string nonce)
    {
        lock (_said) _refused.Add(nonce);
    }

    public bool WasRefused(string? nonce)
    {
        lock (_said) return nonce is not null && _refused.Contains(nonce);
    }

    /// <summary>Something he sent before, or null.</summary>
    public Said? Any(Random random)
    {
        lock (_said) return _said.Count == 0 ? null : _said[random.Next(_said.Count)];
    }
}

/// <summary>A message as it was sent first.</summary>
internal sealed record Said(string Room, string Nonce, string Text, string? Prev, string? ReplyTo);

/// <summary>The people, their rooms, and how to reach the server.</summary>
internal sealed class World : IDisposable
{
    /// <summary>How long a client waits for an answer before it takes the connection for lost.</summary>
    public static readonly TimeSpan AnswerWithin = TimeSpan.FromSeconds(8);

    public World(Recorder recorder, IReadOnlyList<Person> people, Uri address)
    {
        (Recorder, People, Address) = (recorder, people, address);
        Sockets = new HttpMessageInvoker(Handler());
        Http = new HttpClient(Handler()) { BaseAddress = address, Timeout = AnswerWithin };

        // Small buffers, so that a client that doesn't read is soon felt by the server.
        static SocketsHttpHandler Handler() => new()
        {
            UseCookies = false,
            ConnectCallback = static async (context, cancel) =>
            {
                var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true, ReceiveBufferSize = RawSocket.SmallBuffer };
                try
                {
                    await socket.ConnectAsync(context.DnsEndPoint, cancel);
                    return new NetworkStream(socket, ownsSocket: true);
                }
                catch
                {
                    socket.Dispose();
                    throw;
                }
            },
        };
    }

    public Recorder Recorder { get; }

    public IReadOnlyList<Person> People { get; }

    public Uri Address { get; }

    public HttpMessageInvoker Sockets { get; }

    public HttpClient Http { get; }

    /// <summary>The first stays as it is; people come to and go from the others.</summary>
    public List<string> Rooms { get; } = [];

    public Person Keeper => People[0];

    public Uri Socket => new UriBuilder(Address) { Scheme = "ws", Path = "/ws" }.Uri;

    /// <summary>Rooms of this run, with everybody in them.</summary>
    public async Task CreateRooms(int count, CancellationToken cancel)
    {
        for (var i = 0; i < count; i++)
        {
            using var answer = await Call(HttpMethod.Post, "/api/rooms", Keeper, new { name = $"room {Guid.NewGuid()}" }, cancel);
            answer.EnsureSuccessStatusCode();
            var room = (await answer.Content.ReadFromJsonAsync<JsonElement>(cancel)).GetProperty("id").GetString()!;
            Rooms.Add(room);
            // His joined is the room's first event.
            var created = new MembershipAttempt { Process = -1, User = Keeper.Id, Room = room, Invoked = 0, Joins = true, IsNew = true, Seq = 1 };
            Recorder.Add(created);
            Recorder.End(created, Outcome.Ok);
            foreach (var person in People.Skip(1)) await ChangeMembership(person, room, joins: true, cancel);
        }
    }

    /// <summary>Joins or leaves; what became of it is in the history.</summary>
    public async Task ChangeMembership(Person person, string room, bool joins, CancellationToken cancel)
    {
        var attempt = new MembershipAttempt { Process = -1, User = person.Id, Room = room, Invoked = 0, Joins = joins };
        Recorder.Add(attempt);
        var outcome = Outcome.Unknown;
        string? code = null;
        try
        {
            using var answer = await Call(HttpMethod.Post, $"/api/rooms/{room}/{(joins ? "join" : "leave")}", person, null, cancel);
            outcome = answer.IsSuccessStatusCode ? Outcome.Ok : (int)answer.StatusCode >= 500 ? Outcome.Unknown : Outcome.Refused;
            if (outcome == Outcome.Ok && joins)
            {
                var joined = await answer.Content.ReadFromJsonAsync<JsonElement>(cancel);
                (attempt.IsNew, attempt.Seq) = (joined.GetProperty("joined").GetBoolean(), joined.GetProperty("seq").GetInt64());
            }
            code = answer.StatusCode.ToString();
        }
        catch (Exception e) when (Trouble.IsOfTheConnection(e))
        {
            outcome = Outcome.Unknown;
            code = e.GetType().Name;
        }
        finally
        {
            Recorder.End(attempt, outcome, code);
        }
    }

    public Task<HttpResponseMessage> Call(HttpMethod method, string path, Person person, object? body, CancellationToken cancel) => Call(method, path, person.Token, body, cancel);

    public async Task<HttpResponseMessage> Call(HttpMethod method, string path, string? token, object? body, CancellationToken cancel)
    {
        using var request = new HttpRequestMessage(method, path);
        if (token is not null) request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        if (body is not null) request.Content = JsonContent.Create(body, options: Frames.Json);
        return await Http.SendAsync(request, cancel);
    }

    /// <summary>Whether the server says that it is ready.</summary>
    public async Task<bool> IsReady(CancellationToken cancel)
    {
        try
        {
            using var answer = await Http.GetAsync("/health/ready", cancel);
            return answer.StatusCode == HttpStatusCode.OK;
        }
        catch (Exception e) when (Trouble.IsOfTheConnection(e))
        {
            return false;
        }
    }

    public void Dispose()
    {
        Sockets.Dispose();
        Http.Dispose();
    }
}

/// <summary>What goes wrong between a client and a server that breaks, and is no fault of the test's.</summary>
internal static class Trouble
{
    public static bool IsOfTheConnection(Exception error) =>
        error is HttpRequestException or System.Net.WebSockets.WebSocketException or IOException or SocketException or OperationCanceledException or ObjectDisposedException or TimeoutException or JsonException or LostException;
}

/// <summary>The server closed the socket, or doesn't answer.</summary>
internal sealed class LostException(string message) : Exception(message);
