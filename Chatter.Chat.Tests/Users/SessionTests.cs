using System.Net;
using System.Text;
using Chatter.Chat.Protocol;
using Chatter.Chat.Settings;
using Chatter.Chat.Storage;
using Chatter.Chat.Users;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Xunit;

namespace Chatter.Chat.Tests.Users;

public sealed class SessionTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Who_was_let_in_by_the_old_password_just_before_it_was_changed_gets_no_session()
    {
        await using var server = await AccountsServer.Start();
        var first = await server.Token("ada");
        var session = (await server.Get<SessionService>().Authenticate(first, Cancel))!;
        ChatterUser compared;
        await using (var context = await server.Get<IDbContextFactory<ChatterDbContext>>().CreateDbContextAsync(Cancel)) compared = await context.Users.SingleAsync(u => u.Id == session.UserId, Cancel);

        var changed = await server.Get<UserService>().ChangePassword(new UserRef(session.UserId, "ada"), session.Id, AccountsServer.Password, "four grey seals bark", new ClientInfo(null, null), Cancel);
        var opened = await server.Get<SessionService>().Open(compared, new ClientInfo(null, null), Cancel);

        Assert.Null(changed.Refusal);
        Assert.Equal(ErrorCodes.BadCredentials, opened.Refusal?.Code);
        Assert.NotNull(await server.Get<SessionService>().Authenticate(first, Cancel));
        Assert.Single(await server.Get<SessionService>().List(session.UserId, session.Id, Cancel));
    }

    [Fact]
    public async Task The_database_holds_no_token()
    {
        await using var server = await AccountsServer.Start();
        var token = await server.Token("ada");
        var ticket = server.Get<TicketService>().Issue((await server.Get<SessionService>().Authenticate(token, Cancel))!.Id);

        Assert.Equal(46, token.Length);
        foreach (var file in Directory.GetFiles(server.Folder).Where(static file => Path.GetFileName(file).StartsWith("chatter.db", StringComparison.Ordinal)))
        {
            await using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            using var memory = new MemoryStream();
            await stream.CopyToAsync(memory, Cancel);
            foreach (var secret in new[] { token, token[3..], ticket[3..], AccountsServer.Password })
                Assert.Equal(-1, memory.GetBuffer().AsSpan(0, (int)memory.Length).IndexOf(Encoding.UTF8.GetBytes(secret)));
        }
    }

    [Fact]
    public async Task Logging_out_kills_the_token_at_once_and_no_other()
    {
        await using var server = await AccountsServer.Start();
        var (first, second) = (await server.Token("ada"), await server.Token("ada", register: false));
        (await server.WhoAmI(first)).EnsureSuccessStatusCode().Dispose();

        using var logout = await server.Post("/api/logout", token: first);
        using var dead = await server.WhoAmI(first);
        using var alive = await server.WhoAmI(second);
        using var again = await server.Post("/api/logout", token: first);

        Assert.Equal(HttpStatusCode.NoContent, logout.StatusCode);
        Assert.Equal("no-store", logout.Headers.CacheControl?.ToString());
        Assert.Equal((HttpStatusCode.Unauthorized, "not_authenticated"), (dead.StatusCode, await AccountsServer.Code(dead)));
        Assert.Equal(HttpStatusCode.OK, alive.StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, again.StatusCode);
    }

    [Fact]
    public async Task A_session_that_is_revoked_while_others_authenticate_with_it_never_comes_back()
    {
        await using var server = await AccountsServer.Start();
        var sessions = server.Get<SessionService>();
        for (var round = 0; round < 20; round++)
        {
            var token = await server.Token($"user{round}");
            var id = (await sessions.Authenticate(token, Cancel))!.Id;
            using var stop = new CancellationTokenSource();
            var readers = Enumerable.Range(0, 4).Select(_ => Task.Run(async () =>
            {
                while (!stop.IsCancellationRequested) await sessions.Authenticate(token, Cancel);
            }, Cancel)).ToArray();

            await sessions.Revoke(id, CloseCodes.NotAuthenticated, Cancel);

            for (var i = 0; i < 100; i++) Assert.Null(await sessions.Authenticate(token, Cancel));
            await stop.CancelAsync();
            await Task.WhenAll(readers);
        }
    }

    [Fact]
    public async Task An_unused_session_ends_after_30_days_also_where_it_is_known_in_memory()
    {
        await using var server = await AccountsServer.Start();
        var (known, unknown) = (await server.Token("ada"), await server.Token("bob"));
        (await server.WhoAmI(known)).EnsureSuccessStatusCode().Dispose();

        server.Time.Advance(TimeSpan.FromDays(30) - TimeSpan.FromMilliseconds(1));
        using var last = await server.WhoAmI(unknown);
        server.Time.Advance(TimeSpan.FromMilliseconds(1));
        using var late = await server.WhoAmI(known);

        Assert.Equal([200, 401], new[] { last, late }.Select(static response => (int)response.StatusCode));
    }

    [Fact]
    public async Task Use_puts_the_end_off_until_180_days_are_over()
    {
        await using var server = await AccountsServer.Start();
        var token = await server.Token("ada");
        var sessions = server.Get<SessionService>();

        for (var day = 0; day < 170; day += 10)
        {
            server.Time.Advance(TimeSpan.FromDays(10));
            Assert.NotNull(await sessions.Authenticate(token, Cancel));
        }
        Assert.Equal(server.Time.Start + TimeSpan.FromDays(180), (await sessions.Authenticate(token, Cancel))!.ExpiresAt);
        server.Time.Advance(TimeSpan.FromDays(10) - TimeSpan.FromMilliseconds(1));
        Assert.NotNull(await sessions.Authenticate(token, Cancel));
        server.Time.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Null(await sessions.Authenticate(token, Cancel));
    }

    [Fact]
    public async Task A_session_that_lives_for_a_minute_does_not_end_while_it_is_used()
    {
        await using var server = await AccountsServer.Start(static services => services.Configure<SessionsSettings>(static sessions => sessions.Sliding = TimeSpan.FromMinutes(1)));
        var token = await server.Token("ada");
        var sessions = server.Get<SessionService>();
        for (var i = 0; i < 10; i++)
        {
            server.Time.Advance(TimeSpan.FromSeconds(15));
            Assert.NotNull(await sessions.Authenticate(token, Cancel));
        }
        server.Time.Advance(TimeSpan.FromMinutes(1));
        Assert.Null(await sessions.Authenticate(token, Cancel));
    }

    [Fact]
    public async Task Use_is_written_down_at_most_once_a_minute_and_survives_a_restart()
    {
        var first = await AccountsServer.Start(keep: true);
        var token = await first.Token("ada");
        var sessions = first.Get<SessionService>();
        var id = (await sessions.Authenticate(token, Cancel))!.Id;
        await sessions.SaveSeen(Cancel);

        first.Time.Advance(TimeSpan.FromSeconds(59));
        await sessions.Touch(id, Cancel);
        await sessions.SaveSeen(Cancel);
        Assert.Equal(first.Time.Start, await LastSeen(first));
        first.Time.Advance(TimeSpan.FromDays(20));
        await sessions.Touch(id, Cancel);
        await sessions.SaveSeen(Cancel);
        Assert.Equal(first.Time.GetUtcNow(), await LastSeen(first));
        await first.DisposeAsync();

        await using var second = await AccountsServer.Start(folder: first.Folder, time: new(first.Time.GetUtcNow() + TimeSpan.FromDays(20)));
        using var who = await second.WhoAmI(token);
        Assert.Equal(HttpStatusCode.OK, who.StatusCode);

        static async Task<DateTimeOffset> LastSeen(AccountsServer server)
        {
            await using var context = await server.Get<IDbContextFactory<ChatterDbContext>>().CreateDbContextAsync(Cancel);
            Assert.Equal((await context.Sessions.SingleAsync(Cancel)).LastSeenAt, (await context.Users.SingleAsync(Cancel)).LastSeenAt);
            return (await context.Sessions.SingleAsync(Cancel)).LastSeenAt;
        }
    }

    [Fact]
    public async Task A_host_that_stops_without_patience_ends_without_an_error()
    {
        await using var server = await AccountsServer.Start();
        await server.Token("ada");
        await server.Get<IEnumerable<IHostedService>>().OfType<SessionUpkeep>().Single().StopAsync(new CancellationToken(canceled: true));
    }

    [Fact]
    public async Task Sessions_that_ended_a_month_ago_are_deleted_and_no_others()
    {
        await using var server = await AccountsServer.Start();
        await server.Token("ada");
        server.Time.Advance(TimeSpan.FromDays(40));
        await server.Token("bob");
        server.Time.Advance(TimeSpan.FromDays(21));

        await server.Get<SessionService>().DeleteEnded(Cancel);

        await using var context = await server.Get<IDbContextFactory<ChatterDbContext>>().CreateDbContextAsync(Cancel);
        var left = await context.Sessions.SingleAsync(Cancel);
        Assert.Equal("bob", (await context.Users.SingleAsync(user => user.Id == left.UserId, Cancel)).UserName);
    }

    [Fact]
    public async Task A_ticket_opens_its_session_once_within_60_seconds_and_dies_with_it()
    {
        await using var server = await AccountsServer.Start();
        var token = await server.Token("ada");
        var (sessions, tickets) = (server.Get<SessionService>(), server.Get<TicketService>());
        var id = (await sessions.Authenticate(token, Cancel))!.Id;

        var ticket = tickets.Issue(id);
        Assert.Equal(id, (await sessions.Authenticate(ticket, Cancel))?.Id);
        Assert.Null(await sessions.Authenticate(ticket, Cancel));

        var (late, intime, ofDead) = (tickets.Issue(id), tickets.Issue(id), tickets.Issue(id));
        server.Time.Advance(TimeSpan.FromSeconds(59));
        Assert.NotNull(await sessions.Authenticate(intime, Cancel));
        server.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.Null(await sessions.Authenticate(late, Cancel));

        ofDead = tickets.Issue(id);
        await sessions.Revoke(id, CloseCodes.NotAuthenticated, Cancel);
        Assert.Null(await sessions.Authenticate(ofDead, Cancel));
    }

    [Fact]
    public async Task In_single_session_mode_Replace_a_login_ends_the_sessions_before()
    {
        await using var server = await AccountsServer.Start(static services => services.Configure<SessionsSettings>(static sessions => sessions.Single = SingleSession.Replace));
        var (first, other) = (await server.Token("ada"), await server.Token("bob"));
        (await server.WhoAmI(first)).EnsureSuccessStatusCode().Dispose();

        var logins = await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => server.Token("ada", register: false)));

        Assert.Null(await server.Get<SessionService>().Authenticate(first, Cancel));
        var alive = 0;
        foreach (var login in logins) if (await server.Get<SessionService>().Authenticate(login, Cancel) is not null) alive++;
        Assert.Equal(1, alive);
        Assert.NotNull(await server.Get<SessionService>().Authenticate(other, Cancel));
    }

    [Fact]
    public async Task In_single_session_mode_Refuse_a_login_passes_while_no_socket_is_open()
    {
        await using var server = await AccountsServer.Start(static services => services.Configure<SessionsSettings>(static sessions => sessions.Single = SingleSession.Refuse));
        var first = await server.Token("ada");

        using var second = await server.LogIn("ada");

        Assert.Equal(HttpStatusCode.OK, second.StatusCode);
        Assert.NotNull(await server.Get<SessionService>().Authenticate(first, Cancel));
    }

    [Theory]
    [InlineData("")]
    [InlineData("cs_")]
    [InlineData("cs_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    [InlineData("ct_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    [InlineData("cs_ÄÄÄÄÄÄÄÄÄÄÄÄÄÄÄÄÄÄÄÄÄÄÄÄÄÄÄÄÄÄÄÄÄÄÄÄÄÄÄÄÄÄÄ")]
    public async Task What_is_no_token_opens_nothing(string token)
    {
        await using var server = await AccountsServer.Start();

        Assert.Null(await server.Get<SessionService>().Authenticate(token, Cancel));
    }

    [Fact]
    public void The_cache_is_bounded_and_keeps_what_is_used()
    {
        var cache = new SessionCache(100);
        var used = Live();
        cache.Add(used, cache.Version);
        for (var i = 0; i < 1_000; i++)
        {
            cache.Add(Live(), cache.Version);
            Assert.Same(used, cache.Find(used.TokenHash));
        }
        Assert.True(cache.Count <= 100);
        cache.Remove(used.Id);
        Assert.Null(cache.Find(used.TokenHash));
        Assert.Null(cache.Find(used.Id));

        static LiveSession Live() => new(
            new Session(Guid.NewGuid(), Guid.NewGuid(), "ada", DateTimeOffset.MaxValue), TokenHash.Of(Tokens.New(Tokens.SessionPrefix)), DateTimeOffset.MaxValue, DateTimeOffset.MinValue);
    }

    [Fact]
    public void What_was_read_before_a_removal_is_not_added_after_it()
    {
        var cache = new SessionCache(100);
        var version = cache.Version;
        cache.Remove(Guid.NewGuid());

        Assert.Null(cache.Add(new LiveSession(new Session(Guid.NewGuid(), Guid.NewGuid(), "ada", DateTimeOffset.MaxValue), default, DateTimeOffset.MaxValue, default), version));
    }
}
