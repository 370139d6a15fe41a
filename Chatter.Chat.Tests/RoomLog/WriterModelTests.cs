using Chatter.Chat.Messages;
using Chatter.Chat.Protocol;
using Chatter.Chat.RoomLog;
using Chatter.Chat.Rooms;
using Chatter.Chat.Tests.Support;
using CsCheck;
using Xunit;

namespace Chatter.Chat.Tests.RoomLog;

/// <summary>The writer against a model of a few lines, in which nothing is a batch, a cache or a row. The room's owner stays out of it.</summary>
public sealed class WriterModelTests
{
    private static readonly string[] Nonces = ["a", "b", "c"];

    private static readonly Gen<Step> Steps = Gen.Select(
        Gen.Frequency((8, Gen.Const(What.Send)), (2, Gen.Const(What.Join)), (2, Gen.Const(What.Leave)), (1, Gen.Const(What.Break))),
        Gen.Int[0, 2], Gen.Int[-1, 2], Gen.Int[0, 1], Gen.Int[-4, 2], Gen.Int[-8, 12],
        static (what, who, nonce, text, prev, ifLast) => new Step(what, who, nonce < 0 ? null : Nonces[nonce], $"text {text}", prev < 0 ? null : Nonces[prev], ifLast < 1 ? null : ifLast));

    /// <summary>S3, S5, S7, S10, S14, S17, A1: with commits of one, of a few, and of whatever waits.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(1_024)]
    public async Task Whatever_is_asked_at_once_every_answer_and_the_log_are_the_models(int batchSize)
    {
        await using var store = await TestStore.Start(settings: ("Chatter:Engine:BatchSize", $"{batchSize}"));
        var host = await store.AddUser("host");
        var users = new[] { await store.AddUser("ada"), await store.AddUser("ben"), await store.AddUser("cleo") };
        await Steps.Array[1, 40].SampleAsync(
            async steps =>
            {
                Assert.True((await store.Writer.Do(new CreateRoom(host, $"room {Guid.NewGuid()}", "", false, 1_000_000))).Is(out var room, out _));
                var model = new Model();
                var told = steps.Select(step => Ask(store, room.Id, users[step.Who], step)).ToArray();
                var expected = steps.Select(model.Judge).ToArray();
                Assert.Equal(expected, await Task.WhenAll(told));
                var log = await store.Log(room.Id);
                Assert.Equal(model.Log, log.Skip(1).Select(e => $"{e.Kind} {Array.FindIndex(users, u => u.Id == (e.From ?? e.Users![0]).Id)} {e.Nonce} {e.Text}"));
                Assert.Equal(Enumerable.Range(1, log.Count).Select(static i => (long)i), log.Select(static e => e.Seq));
            },
            iter: 60, threads: 1, print: static steps => string.Join('\n', steps.AsEnumerable()));
    }

    private static async Task<string> Ask(TestStore store, Guid room, UserRef user, Step step)
    {
        switch (step.What)
        {
            case What.Join:
                return (await store.Writer.Do(new JoinRoom(user, room, null, 1_000_000))).Is(out var joined, out var refusal) ? $"{joined.Seq} {joined.IsNew}" : refusal.Code;
            case What.Leave:
                return (await store.Writer.Do(new LeaveRoom(user, room))).Is(out var left, out refusal) ? $"{left}" : refusal.Code;
            case What.Break:
                await Assert.ThrowsAsync<InvalidOperationException>(() => store.Writer.Do(new Broken(room)));
                return "broken";
            default:
                var result = new TaskCompletionSource<Outcome<Sent>>(TaskCreationOptions.RunContinuationsAsynchronously);
                var frame = new SendFrame(room, step.Text) { Nonce = step.Nonce, Prev = step.Prev, IfLast = step.IfLast };
                store.Writer.Enqueue(new SendMessage(frame, step.Text, user, result.SetResult));
                return (await result.Task).Is(out var sent, out refusal) ? $"{sent.Event.Seq} {sent.IsNew}" : refusal.Code;
        }
    }

    private sealed class Model
    {
        private readonly HashSet<int> _members = [];
        private readonly Dictionary<int, int> _joined = [];
        private readonly Dictionary<(int Who, string Nonce), (string Text, int Seq)> _nonces = [];

        public List<string> Log { get; } = [];

        // The host's joined is the first.
        private int Last => Log.Count + 1;

        public string Judge(Step step)
        {
            switch (step.What)
            {
                case What.Break:
                    return "broken";
                case What.Join when _members.Add(step.Who):
                    Log.Add($"joined {step.Who}  ");
                    _joined[step.Who] = Last;
                    return $"{Last} True";
                case What.Join:
                    return $"{_joined[step.Who]} False";
                case What.Leave when _members.Remove(step.Who):
                    Log.Add($"left {step.Who}  ");
                    return "True";
                case What.Leave:
                    return "False";
            }
            if (step.Nonce is not null && _nonces.TryGetValue((step.Who, step.Nonce), out var known)) return known.Text == step.Text ? $"{known.Seq} False" : ErrorCodes.NonceReused;
            if (!_members.Contains(step.Who)) return ErrorCodes.NotAMember;
            if (step.Prev is not null && !_nonces.ContainsKey((step.Who, step.Prev))) return ErrorCodes.OutOfOrder;
            if (step.IfLast is { } last && last != Last) return ErrorCodes.Conflict;
            Log.Add($"message {step.Who} {step.Nonce} {step.Text}");
            if (step.Nonce is not null) _nonces.Add((step.Who, step.Nonce), (step.Text, Last));
            return $"{Last} True";
        }
    }

    private sealed record Step(What What, int Who, string? Nonce, string Text, string? Prev, long? IfLast);

    private enum What
    {
        Send,
        Join,
        Leave,
        Break,
    }

    /// <summary>Writes, and throws then.</summary>
    private sealed class Broken(Guid room) : WriteOperation<bool>
    {
        protected override Outcome<bool> Decide(WriteBatch batch)
        {
            batch.Append(new RoomEvent(room, 0, Guid.CreateVersion7(), default, EventKinds.Message) { Text = "broken" });
            throw new InvalidOperationException("Broken on purpose.");
        }
    }
}
