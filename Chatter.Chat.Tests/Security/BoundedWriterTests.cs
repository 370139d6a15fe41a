using System.Reflection;
using Chatter.Chat.Accounts;
using Chatter.Chat.Files;
using Chatter.Chat.Gateway;
using Chatter.Chat.Messages;
using Chatter.Chat.Protocol;
using Chatter.Chat.Push;
using Chatter.Chat.RoomLog;
using Chatter.Chat.Rooms;
using Xunit;

namespace Chatter.Chat.Tests.Security;

/// <summary>
/// There is one writer, so an operation whose cost grows with what one user has written stops everyone's sends. Each kind of operation is executed over tables in which
/// one user has 100,000 rows, and its work is counted in instructions of SQLite's virtual machine, which a busy machine doesn't change: 100,000 of them take some 2 ms.
/// </summary>
public sealed class BoundedWriterTests(BoundedWriterTests.Store loaded) : IClassFixture<BoundedWriterTests.Store>
{
    private const long MostSteps = 100_000;

    private static readonly Dictionary<string, Func<LoadedStore, WriteOperation>> Kinds = new()
    {
        ["SendMessage"] = static s => new SendMessage(new SendFrame(s.Hall, "@ben hello") { Nonce = "new", ReplyTo = s.Message(5), Prev = "n7" }, "@ben hello", s.Ada, Ignore),
        ["EditMessage"] = static s => Change(s, new EditFrame(s.Hall, s.Message(Edited), "@ben again")),
        ["DeleteMessage"] = static s => Change(s, new DeleteFrame(s.Hall, s.Message(5))),
        ["ReactToMessage"] = static s => Change(s, new ReactFrame(s.Hall, s.Message(1), "😀", true)),
        ["PinMessage"] = static s => Change(s, new PinFrame(s.Hall, s.Message(5), true)),
        ["MarkRead"] = static s => new MarkRead(new MarkReadFrame(s.Hall, LoadedStore.Rows - 5_000) { Back = true }, s.Ada.Id, static _ => { }),
        ["MarkRead of someone who is mentioned everywhere"] = static s => new MarkRead(new MarkReadFrame(s.Hall, 4), s.Ben.Id, static _ => { }),
        ["SaveMessage"] = static s => new SaveMessage(s.Ben.Id, s.Hall, s.Message(5), true),
        ["Sweep"] = static _ => Make(typeof(NonceSweeper), "Sweep", TimeSpan.FromDays(2), TimeSpan.FromDays(1), TimeSpan.FromDays(30), Guid.Empty),
        ["CreateRoom"] = static s => new CreateRoom(s.Ada, "another", "", false, 1_000),
        ["JoinRoom"] = static s => new JoinRoom(s.Carol, s.Hall, null, 1_000),
        ["LeaveRoom"] = static s => new LeaveRoom(s.Ada, s.Hall),
        ["RemoveMember"] = static s => new RemoveMember(s.Ada, s.Hall, s.Ben.Id, "x"),
        ["UpdateRoom"] = static s => new UpdateRoom(s.Ada, s.Hall, new RoomUpdate("other", "topic", s.Ben.Id, null, null)),
        ["CreateInvite"] = static s => new CreateInvite(s.Ada, s.Hall, TimeSpan.FromDays(1), 1, 1_000),
        ["BeginConversation"] = static s => new BeginConversation(s.Ada, [s.Ben.Id], new HashSet<Guid> { s.Ben.Id }, 1_000),
        ["ChangeMember"] = static s => new ChangeMember(s.Ada, s.Hall, s.Ben.Id, Roles.Moderator, TimeSpan.FromHours(1)),
        ["BanUser"] = static s => new BanUser(s.Ada, s.Hall, s.Ben.Id, null, null),
        ["LiftBan"] = static s => new LiftBan(s.Ada, s.Hall, s.Ben.Id),
        ["ChangeMembership"] = static s => new ChangeMembership(s.Ada, s.Hall, new MembershipWish(NotifyLevels.Known[1], true), 1_000),
        ["BlockUser"] = static s => new BlockUser(s.Ada, s.Ben.Id, true),
        ["ChangeProfile"] = static s => new ChangeProfile(s.Ada.Id, new ProfileChange("Ada", null, null, null, true, null)),
        ["DeleteAccount"] = static s => new DeleteAccount(s.Carol, null!),
        ["AddAttachment"] = static s => new AddAttachment(s.Hall, s.Ada.Id, new PreparedFile(new AttachmentInfo(Guid.CreateVersion7(), "x", "y", 1), new byte[32], null, null), long.MaxValue),
        ["ForgetUnsent"] = static _ => Make(typeof(FileSweeper), "ForgetUnsent", TimeSpan.FromDays(1)),
        ["NoteDeleted"] = static _ => Make(typeof(FileSweeper), "NoteDeleted", (IReadOnlyList<Guid>)[Guid.CreateVersion7()]),
        ["ChangeAvatar"] = static s => Make(typeof(AvatarService), "ChangeAvatar", s.Ada.Id, null),
        ["KeepSubscription"] = static s => new KeepSubscription(new PushSubscription(Guid.CreateVersion7(), new Uri("https://push.example/1"), new byte[65], new byte[16], "https://chat.example"), s.Ada.Id),
        ["DropSubscription"] = static _ => new DropSubscription(Guid.CreateVersion7()),
        ["Nothing"] = static _ => Make(typeof(Drain), "Nothing"),
    };

    // Of the messages from 11 on, each is noted as edited once.
    private const int Edited = 20;

    public static TheoryData<string> AllKinds => [.. Kinds.Keys];

    [Theory]
    [MemberData(nameof(AllKinds))]
    public void An_operation_takes_no_longer_because_one_user_has_100_000_rows(string kind)
    {
        var (steps, refusal) = loaded.Loaded.Execute(Kinds[kind](loaded.Loaded));
        Assert.Null(refusal?.Message);
        Assert.True(steps <= MostSteps, $"{kind} took {steps:N0} instructions.");
    }

    [Fact]
    public void Every_kind_of_operation_is_tried()
    {
        var kinds = typeof(WriteOperation).Assembly.GetTypes().Where(static type => type is { IsAbstract: false } && type.IsSubclassOf(typeof(WriteOperation))).Select(static type => type.Name);
        Assert.Equal(kinds.Order(StringComparer.Ordinal), Kinds.Keys.Select(static kind => kind.Split(' ')[0]).Distinct().Order(StringComparer.Ordinal));
    }

    private static MessageChange Change(LoadedStore store, ChangeFrame frame) => MessageChange.Of(frame with { Nonce = "change" }, store.Ada, Ignore);

    private static void Ignore(Outcome<Sent> outcome)
    {
    }

    /// <summary>An operation that only its owner makes.</summary>
    private static WriteOperation Make(Type owner, string name, params object?[] arguments) =>
        (WriteOperation)owner.GetNestedType(name, BindingFlags.NonPublic)!.GetConstructors()[0].Invoke(arguments);

    public sealed class Store : IAsyncLifetime
    {
        internal LoadedStore Loaded { get; private set; } = null!;

        public async ValueTask InitializeAsync() => Loaded = await LoadedStore.Make();

        public ValueTask DisposeAsync() => Loaded.DisposeAsync();
    }
}
