using Chatter.Chat.Maintenance;
using Chatter.Chat.Protocol;
using Chatter.Chat.Tests.Support;
using Xunit;

namespace Chatter.Chat.Tests.Maintenance;

/// <summary>One breach for each law; who can't see it broken can't vouch for it.</summary>
public sealed class VerifyTests
{
    private const string Garden = "(select id from rooms where name = 'orchard')";

    [Fact]
    public async Task A_sound_store_breaks_no_law()
    {
        using var folder = await StoreFolder.AtRest();

        var report = StoreVerifier.Verify(folder.Path);

        Assert.Empty(report.Findings);
        Assert.Equal((2L, 2L, 30L, 0L), (report.Rooms, report.Users, report.Events, report.Unsummed));
    }

    [Theory]
    [InlineData("delete from events where room = {0} and seq = 9", "seq: room ", ", seq 10: ")]
    [InlineData("delete from events where room = {0} and seq = 28", "head: room ", "last event is 28; it is 27")]
    [InlineData("update events set at = at - 1000 where room = {0} and seq = 8", "at: room ", ", seq 8: ")]
    [InlineData("update events set id = x'0198000000007000800000000000aaaa' where room = {0} and seq = 8", "checksum: room ", ", seq 8: ")]
    [InlineData("update events set id = x'01980000000040008000000000000001' where room = {0} and seq = 8", "id: room ", ", seq 8: ")]
    [InlineData("update events set id = x'0198' where room = {0} and seq = 8", "event: room ", ", seq 8: it can't be read")]
    [InlineData("update events set kind = 77 where room = {0} and seq = 8", "event: room ", ", seq 8: there is no kind 77")]
    [InlineData("update events set data = '{{' where room = {0} and seq = 1", "event: room ", ", seq 1: its data can't be parsed")]
    [InlineData("update events set data = '{{}}' where room = {0} and seq = 1", "event: room ", ", seq 1: `joined` lacks")]
    [InlineData("update events set sender_name = null where room = {0} and seq = 8", "event: room ", ", seq 8: ")]
    [InlineData("update events set text = 'forged' where room = {0} and seq = 8", "checksum: room ", ", seq 8: ")]
    [InlineData("update events set sum = null where room = {0} and seq = 8", "checksum: room ", ", seq 8: it has no checksum")]
    [InlineData("update events set messages = messages + 1 where room = {0} and seq = 8", "head: room ", ", seq 8: ")]
    [InlineData("update room_heads set messages = messages + 1 where room = {0}", "head: room ", "22 messages; its log has 21")]
    [InlineData("update room_heads set members = 7 where room = {0}", "head: room ", "7 members; by its log it has 2")]
    [InlineData("update room_heads set last_at = last_at + 1 where room = {0}", "head: room ", "another time")]
    [InlineData("delete from room_heads where room = {0}", "head: room ", "it has no head")]
    [InlineData("delete from members where user = (select id from users where user_name = 'ada') and room = {0}", "members: room ", "by its log he is one")]
    [InlineData("insert into members (user, room, role, joined_at, joined_seq, read_seq, read_messages, own_after) select id, {0}, 0, 0, 1, 0, 0, 0 from users where user_name = 'eve'", "members: room ", "but not by its log")]
    [InlineData("update members set joined_seq = 3 where role = 1 and room = {0}", "members: room ", "joined with event 3")]
    [InlineData("update events set sender = (select id from users where user_name = 'eve') where room = {0} and seq = 8", "members: room ", ", seq 8: its sender wasn't a member")]
    [InlineData("update rooms set owner = null where id = {0}", "owner: room ", "its owner is nobody")]
    [InlineData("update members set role = 1 where room = {0}", "owner: room ", "has the owner's role")]
    [InlineData("update members set role = 0 where room = {0}", "owner: room ", "is the owner, but has another role")]
    [InlineData("update members set role = 2 where role = 0 and room = {0}", "members: room ", "moderates, but not by its log")]
    [InlineData("update members set read_seq = 99 where room = {0}", "read mark: room ", "is 99; the last event is 28")]
    [InlineData("update members set read_messages = read_messages + 1 where room = {0}", "read mark: room ", "up to his mark")]
    [InlineData("update members set own_after = own_after + 1 where room = {0}", "read mark: room ", "of his own after his mark")]
    [InlineData("update nonces set seq = 99 where nonce = 'n3'", "nonce: room ", ", seq 99: ")]
    [InlineData("update nonces set seq = 1 where nonce = 'n3'", "nonce: room ", ", seq 1: ")]
    [InlineData("update nonces set hash = zeroblob(16) where nonce = 'n3'", "nonce: room ", "another content")]
    [InlineData("update nonces set sender = (select id from users where user_name = 'eve') where nonce = 'n3'", "nonce: room ", ", seq 5: ")]
    [InlineData("update rooms set name_key = 'other' where id = {0}", "room name: room ", "the key")]
    [InlineData("update rooms set skeleton = 'other' where id = {0}", "room name: room ", "the skeleton")]
    [InlineData("update rooms set name = 'other', name_key = 'other' where id = {0}", "room name: room ", "last given")]
    [InlineData("update rooms set topic = 'other' where id = {0}", "room name: room ", "its topic")]
    [InlineData("drop index rooms_public_name; insert into rooms (id, name, name_key, topic, private, owner, created_at) select x'01980000000070008000000000000009', name, name_key, '', 0, null, 0 from rooms where id = {0}", "room name: room ", "another public room")]
    [InlineData("delete from rooms where id = {0}", "references: room ", "there are events, but no room")]
    [InlineData("insert into removals values (x'01980000000070008000000000000009', zeroblob(16), 0)", "references: room 01980000-0000-7000-8000-000000000009", "removed")]
    [InlineData("insert into invites values (x'00', x'01980000000070008000000000000009', 0, (select id from users limit 1), 0, null, null)", "references: room 01980000-0000-7000-8000-000000000009", "invites")]
    [InlineData("insert into message_changes (room, message, pinned) values ({0}, 8, 9)", "change: room ", ", seq 8: it is shown as pinned")]
    [InlineData("update removals set seq = 8", "references: room ", ", seq 8: somebody is said")]
    [InlineData("pragma foreign_keys = off; insert into sessions (id, user_id, token_hash, created_at, last_seen_at, expires_at, ends_at) values (zeroblob(16), zeroblob(16), zeroblob(32), 0, 0, 0, 0)", "references: ", "a row of sessions")]
    [InlineData("pragma writable_schema = on; update sqlite_master set sql = replace(sql, 'sender_name text,', 'sender_name text not null,') where name = 'events'", "sqlite: ", "NULL value")]
    public async Task A_breach_is_told_with_its_law_and_place(string breach, params string[] told)
    {
        using var folder = await StoreFolder.AtRest();
        folder.Execute(
            "insert into users (id, display_name, created_at, last_seen_at, user_name, normalized_user_name, email_confirmed, phone_number_confirmed, two_factor_enabled, lockout_enabled, access_failed_count) "
            + "values (x'01980000000070008000000000000007', 'eve', 0, 0, 'eve', 'EVE', 0, 0, 0, 0, 0)");
        Assert.Empty(StoreVerifier.Verify(folder.Path).Findings);

        folder.Execute(string.Format(System.Globalization.CultureInfo.InvariantCulture, breach, Garden));

        var lines = StoreVerifier.Verify(folder.Path).Findings.Select(static finding => finding.ToString()).ToArray();
        Assert.True(lines.Any(line => told.All(part => line.Contains(part, StringComparison.Ordinal))), string.Join('\n', lines));
        Assert.DoesNotContain(lines, static line => line.Contains("tomatoes", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Events_of_an_older_Chatter_have_no_checksum_and_break_no_law()
    {
        using var folder = await StoreFolder.AtRest();
        folder.Execute("update events set sum = null where seq < 5");
        Assert.Empty(StoreVerifier.Verify(folder.Path).Findings);
        Assert.Equal(6, StoreVerifier.Verify(folder.Path).Unsummed);

        folder.Execute("alter table events drop column sum; delete from __EFMigrationsHistory where MigrationId like '%EventSums'");
        var report = StoreVerifier.Verify(folder.Path);
        Assert.Empty(report.Findings);
        Assert.Equal(report.Events, report.Unsummed);

        await using (var upgraded = await TestStore.Start(on: folder.Path)) Assert.Equal(28, (await upgraded.Log(folder.Garden)).Count);
        Assert.Empty(StoreVerifier.Verify(folder.Path).Findings);
    }

    [Fact]
    public async Task Nonces_of_an_older_Chatter_are_known_after_the_upgrade()
    {
        using var folder = await StoreFolder.AtRest();
        folder.Execute("""
            create table older (
                room blob not null, sender blob not null, nonce text not null, seq integer not null, hash blob not null, at integer not null,
                primary key (room, sender, nonce)) without rowid;
            insert into older select room, sender, nonce, seq, hash, at from nonces;
            drop table nonces;
            alter table older rename to nonces;
            create index nonces_by_age on nonces (at);
            delete from __EFMigrationsHistory where MigrationId like '%NonceOrder'
            """);
        Assert.Empty(StoreVerifier.Verify(folder.Path).Findings);

        await using (var upgraded = await TestStore.Start(on: folder.Path))
        {
            // n3 is Ben's third message, n4 Ada's: found again, and by their own senders only.
            Assert.False((await upgraded.Send(folder.Ben, folder.Garden, "message 3 of the garden: frost on the tomatoes", "n3")).Value!.IsNew);
            Assert.Equal(ErrorCodes.NonceReused, (await upgraded.Send(folder.Ada, folder.Garden, "something else", "n4")).Refusal!.Code);
            Assert.True((await upgraded.Send(folder.Ada, folder.Garden, "my own", "n3")).Value!.IsNew);
            var table = await upgraded.Database.Read(static store => store.First("select sql from sqlite_master where name = 'nonces'", static row => row.GetString(0)), TestContext.Current.CancellationToken);
            Assert.Contains("primary key (nonce, room, sender)", table, StringComparison.Ordinal);
        }
        Assert.Empty(StoreVerifier.Verify(folder.Path).Findings);
    }

    [Fact]
    public async Task A_deleted_rooms_log_may_be_swept()
    {
        using var folder = await StoreFolder.AtRest();
        folder.Execute("update rooms set deleted_at = 1 where name = 'cellar'; delete from members where room = (select id from rooms where name = 'cellar')");
        folder.Execute("update room_heads set members = 0 where room = (select id from rooms where name = 'cellar')");
        folder.Execute("delete from events where room = (select id from rooms where name = 'cellar') and seq = 1");

        Assert.Empty(StoreVerifier.Verify(folder.Path).Findings);
    }

    [Fact]
    public async Task Beside_a_server_that_writes_no_law_looks_broken()
    {
        await using var store = await TestStore.Start();
        var (user, room) = await Writing.Begin(store);
        using var enough = new CancellationTokenSource();
        var writing = Writing.Run(store, user, room, enough.Token);
        try
        {
            for (var i = 0; i < 5; i++)
            {
                var report = StoreVerifier.Verify(store.Database.Folder);
                Assert.Empty(report.Findings);
            }
        }
        finally
        {
            await enough.CancelAsync();
            await writing;
        }
    }

    [Theory]
    [InlineData("update __EFMigrationsHistory set MigrationId = '29990101000000_Later' where MigrationId like '%EventSums'", "newer Chatter")]
    [InlineData("drop table __EFMigrationsHistory", "no database of Chatter's")]
    public async Task What_can_not_be_understood_is_not_judged(string change, string told)
    {
        using var folder = await StoreFolder.AtRest();
        folder.Execute(change);

        Assert.Contains(told, Assert.Throws<MaintenanceException>(() => StoreVerifier.Verify(folder.Path)).Message, StringComparison.Ordinal);
    }

    /// <summary>Else every page of them would read and sort all: two minutes for a million, instead of seconds.</summary>
    [Fact]
    public async Task Nonces_are_read_in_the_order_of_their_table()
    {
        await using var store = await TestStore.Start();

        var plan = await store.Database.Read(static connection => connection.All("explain query plan " + NonceCheck.NextPage, static row => row.GetString(3), "", new byte[16], new byte[16], 10), TestContext.Current.CancellationToken);

        Assert.Contains(plan, static step => step.StartsWith("SEARCH n USING PRIMARY KEY", StringComparison.Ordinal));
        Assert.DoesNotContain(plan, static step => step.Contains("TEMP B-TREE", StringComparison.Ordinal));
    }
}
