using System.Diagnostics;
using System.Net.Http.Json;
using System.Text.Json;
using Chatter.App.Tests.Faults.History;

namespace Chatter.App.Tests.Faults.Workload;

/// <summary>What a talker does.</summary>
internal sealed partial class Talker
{
    private const int LongText = 3_000;
    private const int PageSize = 100;

    /// <summary>Longer than any law lets the server go on.</summary>
    private static readonly TimeSpan StaysAfterLogout = TimeSpan.FromSeconds(5);

    private int _said;

    /// <summary>Whether this one comes and goes, dies and lies; who only talks doesn't.</summary>
    public bool IsRestless { get; init; } = true;

    private Task Deed(CancellationToken cancel) => random.Next(100) switch
    {
        < 58 => Say(random.Next(12) == 0 ? LongText : 0, cancel),
        < 64 => Post(Compose(0)),
        < 78 => Repeat(),
        < 80 => Collide(),
        < 85 => Page(Room(), random.Next(1_000), cancel),
        < 88 => MarkRead(cancel),
        _ when !IsRestless => Say(0, cancel),
        < 92 => ComeOrGo(),
        < 93 => _own is null ? LogIn(cancel) : LogOut(cancel),
        < 95 => ReadNothingForAWhile(cancel),
        < 97 => Leave(cancel),
        < 99 => Die(cancel),
        _ => Lie(cancel),
    };

    private string Room() => world.Rooms[random.Next(world.Rooms.Count)];

    private Said Compose(int length)
    {
        var room = Room();
        string? prev, replyTo;
        lock (_lock)
        {
            prev = _pending.FindLast(p => p.Said.Room == room)?.Said.Nonce;
            replyTo = random.Next(5) == 0 ? _latest.GetValueOrDefault(room) : null;
        }
        var said = new Said(room, Guid.CreateVersion7().ToString(), $"{Reader} says {++_said} {new string('.', length)}".TrimEnd(), prev, replyTo);
        person.Say(said);
        return said;
    }

    private async Task Say(int length, CancellationToken cancel)
    {
        var since = Stopwatch.GetTimestamp();
        while (Is(() => _underWay.Count >= UnderWayAtOnce))
        {
            await Changed(World.AnswerWithin, cancel);
            if (Stopwatch.GetElapsedTime(since) > World.AnswerWithin) throw new LostException("The server doesn't answer.");
        }
        var pending = new Pending(Compose(length));
        lock (_lock) _pending.Add(pending);
        await Send(pending);
    }

    private async Task Send(Pending pending)
    {
        lock (_lock) pending.UnderWay = true;
        await Send(pending.Said, pending.Said.Text);
    }

    private async Task Send(Said said, string text)
    {
        var attempt = Attempt(said, text, _connection!.Process);
        lock (_lock) _underWay.Add(said.Nonce, attempt);
        // Once recorded it is sent: one that the end of the run kept back would be waited for in vain.
        await _socket!.Send(new { type = "send", room = said.Room, text, nonce = said.Nonce, prev = said.Prev, replyTo = said.ReplyTo }, CancellationToken.None);
    }

    private SendAttempt Attempt(Said said, string text, int process)
    {
        var attempt = new SendAttempt { Process = process, User = person.Id, Room = said.Room, Invoked = 0, Nonce = said.Nonce, Text = text, Prev = said.Prev, ReplyTo = said.ReplyTo };
        Recorder.Add(attempt);
        return attempt;
    }

    /// <summary>Sends again, in their order, what isn't acknowledged and isn't under way.</summary>
    private async Task SendAgain()
    {
        List<Pending> again;
        lock (_lock)
        {
            if (_pending.TrueForAll(static p => p.UnderWay)) return;
            if (_pending.Exists(static p => p.NotBefore > Stopwatch.GetTimestamp())) return;
            again = _pending.FindAll(p => !p.UnderWay && !_underWay.ContainsKey(p.Said.Nonce));
        }
        foreach (var pending in again)
            if (!Is(() => _underWay.ContainsKey(pending.Said.Nonce))) await Send(pending);
    }

    /// <summary>The same send once more, perhaps one of another device, perhaps one that is under way there.</summary>
    private async Task Repeat()
    {
        if (person.Any(random) is not { } said) return;
        if (random.Next(3) == 0 || Is(() => _underWay.ContainsKey(said.Nonce))) await Post(said);
        else await Send(said, said.Text);
    }

    /// <summary>Something else with a nonce that was used before.</summary>
    private async Task Collide()
    {
        if (person.Any(random) is not { } said || Is(() => _underWay.ContainsKey(said.Nonce) || _pending.Exists(p => p.Said.Nonce == said.Nonce))) return;
        await Send(said, $"{Reader} collides {++_said}");
    }

    private async Task Post(Said said)
    {
        // Never cut short by the end of the run: what goes by HTTP must be over when everything is read.
        var attempt = Attempt(said, said.Text, -1);
        var (outcome, code) = (Outcome.Unknown, (string?)null);
        try
        {
            using var answer = await world.Call(HttpMethod.Post, $"/api/rooms/{said.Room}/messages", person, new { text = said.Text, nonce = said.Nonce, prev = said.Prev, replyTo = said.ReplyTo }, CancellationToken.None);
            var body = await answer.Content.ReadFromJsonAsync<JsonElement>(CancellationToken.None);
            if (answer.IsSuccessStatusCode)
            {
                (attempt.Seq, attempt.Event) = (body.Number("seq"), body.Text("id"));
                outcome = Outcome.Ok;
            }
            else
            {
                code = body.TextOrNull("code");
                outcome = (int)answer.StatusCode >= 500 ? Outcome.Unknown : Outcome.Refused;
            }
        }
        catch (Exception e) when (Trouble.IsOfTheConnection(e))
        {
            code = e.GetType().Name;
        }
        Recorder.End(attempt, outcome, code);
        if (outcome != Outcome.Unknown) return;
        lock (_lock) FindOut(attempt);
    }

    /// <summary>Whatever nobody knows the outcome of is sent again over the socket until it is known.</summary>
    private void FindOut(SendAttempt attempt)
    {
        if (!_pending.Exists(p => p.Said.Nonce == attempt.Nonce && p.Said.Text == attempt.Text))
            _pending.Add(new Pending(new Said(attempt.Room, attempt.Nonce, attempt.Text, attempt.Prev, attempt.ReplyTo)));
    }

    /// <summary>An answer to a send: it is known now what became of it, or it has to be sent again.</summary>
    private void Answered(JsonElement frame)
    {
        if (frame.TextOrNull("nonce") is not { } nonce) return;
        var code = frame.TextOrNull("code");
        if (_pages.Remove(nonce, out var page))
        {
            Recorder.End(page.Read, code == "unavailable" ? Outcome.Unknown : Outcome.Refused, code);
            page.Done.TrySetResult();
        }
        if (!_underWay.Remove(nonce, out var attempt)) return;
        var outcome = code switch { null => Outcome.Ok, "unavailable" => Outcome.Unknown, _ => Outcome.Refused };
        if (outcome == Outcome.Ok) (attempt.Seq, attempt.Event) = (frame.Number("seq"), frame.Text("id"));
        Recorder.End(attempt, outcome, code);
        if (outcome == Outcome.Unknown) FindOut(attempt);
        if (_pending.Find(p => p.Said.Nonce == nonce && p.Said.Text == attempt.Text) is not { } pending) return;
        pending.UnderWay = false;
        // What was to come behind one that is refused for good would wait for it for ever.
        var later = outcome == Outcome.Unknown || code == "rate_limited" || code == "out_of_order" && !person.WasRefused(attempt.Prev);
        if (later)
        {
            pending.NotBefore = Stopwatch.GetTimestamp() + Stopwatch.Frequency / 10;
            return;
        }
        _pending.Remove(pending);
        if (outcome == Outcome.Refused) person.Refuse(nonce);
    }

    private async Task<PageRead> Page(string room, long after, CancellationToken cancel)
    {
        var read = new PageRead { Process = _connection!.Process, Reader = Reader, User = person.Id, Room = room, Invoked = 0, After = after };
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var nonce = Guid.NewGuid().ToString();
        Recorder.Add(read);
        lock (_lock) _pages.Add(nonce, (read, done));
        await _socket!.Send(new { type = "history", room, after, limit = PageSize, nonce }, CancellationToken.None);
        await Task.WhenAny(done.Task, _socket.Closed).WaitAsync(World.AnswerWithin, cancel);
        return done.Task.IsCompleted ? read : throw new LostException("No page.");
    }

    private void Paged(JsonElement frame)
    {
        if (frame.TextOrNull("nonce") is not { } nonce || !_pages.Remove(nonce, out var page)) return;
        (page.Read.First, page.Read.Last, page.Read.More) = (frame.Number("first"), frame.Number("last"), frame.GetProperty("more").GetBoolean());
        page.Read.Events = [.. frame.GetProperty("events").EnumerateArray().Select(static e => e.Event())];
        Recorder.End(page.Read, Outcome.Ok);
        page.Done.TrySetResult();
    }

    private async Task PageWhatWasLeftOut(CancellationToken cancel)
    {
        List<(string Room, long From, long To)> gaps;
        lock (_lock) gaps = [.. _toPage];
        foreach (var gap in gaps)
        {
            var (reached, isRefused) = await PageThrough(gap.Room, gap.From, gap.To, cancel);
            lock (_lock)
            {
                _toPage.Remove(gap);
                if (reached < gap.To && !isRefused) _toPage.Add(gap with { From = reached });
            }
        }
    }

    private async Task MarkRead(CancellationToken cancel)
    {
        var room = Room();
        long seq;
        lock (_lock) seq = _cursors.GetValueOrDefault(room);
        // Also far behind where he stands, and behind the mark: it must not move back.
        if (seq > 0) await _socket!.Send(new { type = "read", room, seq = random.Next(2) == 0 ? seq : 1 + random.NextInt64(seq) }, cancel);
    }

    private async Task ComeOrGo()
    {
        if (person == world.Keeper || world.Rooms.Count < 2) return;
        var room = world.Rooms[1 + random.Next(world.Rooms.Count - 1)];
        await world.ChangeMembership(person, room, joins: random.Next(2) == 0, CancellationToken.None);
    }

    /// <summary>Goes on in a session of this device's own.</summary>
    private async Task LogIn(CancellationToken cancel)
    {
        using var answer = await world.Call(HttpMethod.Post, "/api/login", token: null, new { name = person.Name, password = FaultTemplate.Password }, cancel);
        // Too many at once, or a store that is away: then not.
        if (!answer.IsSuccessStatusCode) return;
        var token = (await answer.Content.ReadFromJsonAsync<JsonElement>(cancel)).Text("token");
        await Drop();
        _own = ($"{Reader}, session {++_sessions}", token);
    }

    /// <summary>Ends its session and stays to see what still comes. Whatever was answered, it is used no more.</summary>
    private async Task LogOut(CancellationToken cancel)
    {
        var (name, token) = _own!.Value;
        try
        {
            using var answer = await world.Call(HttpMethod.Post, "/api/logout", token, null, cancel);
            if (!answer.IsSuccessStatusCode) return;
            Recorder.Revoked(name);
            await Task.WhenAny(_socket!.Closed, Task.Delay(StaysAfterLogout, cancel));
        }
        finally
        {
            await Drop();
            _own = null;
        }
    }

    private async Task ReadNothingForAWhile(CancellationToken cancel)
    {
        _socket!.StopReading();
        for (var i = 0; i < 20 && Is(() => _underWay.Count < UnderWayAtOnce); i++) await Say(0, cancel);
        await Task.Delay(random.Next(100, 600), cancel);
        _socket.ReadAgain();
    }

    private async Task Leave(CancellationToken cancel)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limit.CancelAfter(World.AnswerWithin);
        await _socket!.Close(limit.Token);
        await Drop();
    }

    private async Task Die(CancellationToken cancel)
    {
        await _socket!.Die(inTheMiddle: random.Next(2) == 0, cancel);
        await Drop();
    }

    /// <summary>Resumes from where he can't have been: beyond the log's end, or in another history.</summary>
    private async Task Lie(CancellationToken cancel)
    {
        await Drop();
        var ofAnotherHistory = random.Next(2) == 0;
        await Open(
            resume =>
            {
                if (ofAnotherHistory) return "another";
                foreach (var room in resume.Keys.ToArray()) resume[room] += 1_000_000;
                return null;
            },
            cancel);
    }
}
