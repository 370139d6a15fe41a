using Chatter.Chat.Tests.Support;
using Xunit;

namespace Chatter.Chat.Tests.Conformance.Http;

/// <summary>One's password and one's sessions (docs/protocol.md §3).</summary>
public sealed class OwnSessionsTests(SharedServer shared)
{
    private const string Better = "correct horse battery 9";

    [Fact]
    public async Task A_new_password_ends_the_other_sessions_with_their_sockets_and_keeps_this_one()
    {
        var ada = await shared.Server.User();
        var other = await ada.LogIn();
        await using var staying = await ada.Connect();
        await using var closing = await other.Connect();

        Assert.Equal(204, (await ada.Post("/api/me/password", new { old = ada.Password, @new = Better })).Status);

        Assert.Equal(4401, await closing.Closed(TimeSpan.FromSeconds(1)));
        (await other.Get("/api/me")).Refused(401, "not_authenticated");
        (await ada.Get("/api/me")).Is(200);
        await staying.Send(new { type = "ping", nonce = "p" });
        await staying.Answer("pong", "p");
        (await LogIn(ada, ada.Password)).Refused(401, "bad_credentials");
        (await LogIn(ada, Better)).Is(200);
    }

    [Fact]
    public async Task Without_the_old_password_nothing_changes()
    {
        var ada = await shared.Server.User();
        var other = await ada.LogIn();
        var refused = (await ada.Post("/api/me/password", new { old = "not the old one", @new = Better })).Refused(401, "bad_credentials");
        Assert.True(refused.Field("errors").Has("old"));
        (await ada.Post("/api/me/password", new { @new = Better })).Refused(422, "invalid");
        (await other.Get("/api/me")).Is(200);
        (await LogIn(ada, ada.Password)).Is(200);
    }

    [Fact]
    public async Task A_password_that_would_not_do_for_registering_will_not_do()
    {
        var ada = await shared.Server.User();
        foreach (var password in (string?[])["short", null, "a long one with chatter in it", $"{ada.Name} and something else"])
        {
            var errors = (await ada.Post("/api/me/password", new { old = ada.Password, @new = password })).Refused(422, "invalid").Field("errors");
            Assert.True(errors.Has("new"), $"{password}: {errors}");
        }
        (await LogIn(ada, ada.Password)).Is(200);
    }

    [Fact]
    public async Task Guessing_at_the_old_password_is_throttled_as_logins_are()
    {
        var ada = await shared.Server.User();
        for (var i = 0; i < 10; i++) (await ada.Post("/api/me/password", new { old = $"guess {i}", @new = Better })).Refused(401, "bad_credentials");
        var refused = await ada.Post("/api/me/password", new { old = ada.Password, @new = Better });
        refused.Refused(429, "rate_limited");
        Assert.NotNull(refused.Headers.RetryAfter);
        (await LogIn(ada, ada.Password)).Refused(429, "rate_limited");
        (await ada.Delete("/api/me", new { password = ada.Password })).Refused(429, "rate_limited");
    }

    [Fact]
    public async Task One_sees_ones_own_sessions_and_which_this_is()
    {
        var ada = await shared.Server.User();
        (await shared.Server.Call(HttpMethod.Post, "/api/login", new { name = ada.Name, password = ada.Password, device = "telephone" })).Is(200);

        var sessions = (await ada.Get("/api/me/sessions")).Is(200).List("sessions");

        Assert.Equal(2, sessions.Count);
        Assert.False(sessions.Single(static s => s.TextOrNull("device") == "telephone").Flag("current"));
        var current = sessions.Single(static s => s.Flag("current"));
        Assert.True(current.Time("lastSeenAt") >= current.Time("createdAt"));
        Assert.NotEmpty(current.Text("address"));
        Assert.DoesNotContain("token", sessions[0].ToString(), StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task A_session_that_is_ended_is_dead_at_once_and_no_longer_in_the_list()
    {
        var ada = await shared.Server.User();
        var other = await ada.LogIn();
        await using var socket = await other.Connect();
        var id = (await other.Get("/api/me/sessions")).Is(200).List("sessions").Single(static s => s.Flag("current")).Id();

        Assert.Equal(204, (await ada.Delete($"/api/me/sessions/{id}")).Status);

        Assert.Equal(4401, await socket.Closed(TimeSpan.FromSeconds(1)));
        (await other.Get("/api/me")).Refused(401, "not_authenticated");
        Assert.True(Assert.Single((await ada.Get("/api/me/sessions")).Is(200).List("sessions")).Flag("current"));
        (await ada.Delete($"/api/me/sessions/{id}")).Refused(404, "no_such_session");
    }

    [Fact]
    public async Task Somebody_elses_session_answers_as_one_that_does_not_exist()
    {
        var (ada, ben) = (await shared.Server.User(), await shared.Server.User());
        var his = (await ben.Get("/api/me/sessions")).Is(200).List("sessions").Single().Id();
        var none = Guid.CreateVersion7().ToString();

        var (others, missing) = (await ada.Delete($"/api/me/sessions/{his}"), await ada.Delete($"/api/me/sessions/{none}"));

        others.Refused(404, "no_such_session");
        Assert.Equal(missing.Fingerprint(none), others.Fingerprint(his));
        (await ada.Delete("/api/me/sessions/nonsense")).Refused(404, "no_such_session");
        (await ben.Get("/api/me")).Is(200);
    }

    [Fact]
    public async Task All_others_end_at_once()
    {
        var ada = await shared.Server.User();
        TestUser[] others = [await ada.LogIn(), await ada.LogIn()];
        Assert.Equal(204, (await ada.Delete("/api/me/sessions")).Status);
        foreach (var other in others) (await other.Get("/api/me")).Refused(401, "not_authenticated");
        (await ada.Get("/api/me")).Is(200);
    }

    [Fact]
    public async Task To_end_ones_own_session_is_to_log_out()
    {
        var ada = await shared.Server.User();
        var id = (await ada.Get("/api/me/sessions")).Is(200).List("sessions").Single().Id();
        Assert.Equal(204, (await ada.Delete($"/api/me/sessions/{id}")).Status);
        (await ada.Get("/api/me")).Refused(401, "not_authenticated");
    }

    [Fact]
    public async Task All_of_it_takes_who_is_logged_in_and_by_cookie_the_antiforgery_token()
    {
        var ada = await shared.Server.User();
        (HttpMethod Method, string Path, object? Body)[] calls =
        [
            (HttpMethod.Post, "/api/me/password", new { old = ada.Password, @new = Better }), (HttpMethod.Delete, "/api/me/sessions", null),
            (HttpMethod.Delete, $"/api/me/sessions/{Guid.CreateVersion7()}", null), (HttpMethod.Delete, "/api/me", new { password = ada.Password }),
        ];
        foreach (var (method, path, body) in calls)
        {
            (await shared.Server.Call(method, path, body)).Refused(401, "not_authenticated");
            (await shared.Server.Call(method, path, body, null, ("Cookie", "chatter=" + ada.Token))).Refused(403, "forbidden");
        }
        (await shared.Server.Call(HttpMethod.Get, "/api/me/sessions")).Refused(401, "not_authenticated");
        (await ada.Get("/api/me")).Is(200);
    }

    private Task<Reply> LogIn(TestUser user, string password) => shared.Server.Call(HttpMethod.Post, "/api/login", new { name = user.Name, password });
}
