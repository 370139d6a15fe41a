using System.Text;
using Chatter.Chat.Tests.Support;
using Xunit;

namespace Chatter.Chat.Tests.Conformance.Http;

/// <summary><c>POST /api/register</c> (docs/protocol.md §2 and §3).</summary>
public sealed class RegisterTests(SharedServer shared)
{
    private Task<Reply> Register(object? body) => shared.Server.Call(HttpMethod.Post, "/api/register", body);

    [Fact]
    public async Task Registering_gives_a_token_and_the_user()
    {
        var name = Unique.Name("Ada.");
        var reply = await Register(new { name, password = TestUser.GoodPassword, displayName = "  Ada Lovelace " });
        var body = reply.Is(201);
        Assert.NotEmpty(body.Text("token"));
        Assert.True(body.Time("expiresAt") > DateTimeOffset.UtcNow);
        var user = body.Field("user");
        user.Id();
        Assert.Equal(name, user.Text("name"));
        Assert.Equal("Ada Lovelace", user.Text("displayName"));
        user.Time("createdAt");
    }

    [Fact]
    public async Task The_token_works_at_once()
    {
        var user = await shared.Server.User();
        var reply = await user.Get("/api/me");
        Assert.Equal(user.Id, reply.Is(200).Field("user").Text("id"));
    }

    [Fact]
    public async Task A_display_name_is_made_NFC()
    {
        var reply = await Register(new { name = Unique.Name(), password = TestUser.GoodPassword, displayName = "Ame\u0301lie" });
        Assert.Equal("Am\u00e9lie", reply.Is(201).Field("user").Text("displayName"));
    }

    [Fact]
    public async Task Names_are_unique_without_regard_to_case()
    {
        var user = await shared.Server.User(Unique.Name("MiXed"));
        var reply = await Register(new { name = user.Name.ToUpperInvariant(), password = TestUser.GoodPassword });
        reply.Refused(409, "name_taken");
    }

    [Fact]
    public async Task A_race_for_one_name_has_one_winner()
    {
        var name = Unique.Name();
        var replies = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Register(new { name, password = TestUser.GoodPassword })));
        Assert.Single(replies, static r => r.Status == 201);
        foreach (var reply in replies.Where(static r => r.Status != 201)) reply.Refused(409, "name_taken");
    }

    [Theory]
    [InlineData("")]
    [InlineData("a")]
    [InlineData("a23456789012345678901234567890123")]
    [InlineData("two words")]
    [InlineData("björn")]
    [InlineData("a/b")]
    [InlineData("a\0b")]
    [InlineData("a\nb")]
    [InlineData("аda")]
    public async Task A_name_against_the_rules_is_invalid(string name)
    {
        var problem = (await Register(new { name, password = TestUser.GoodPassword })).Refused(422, "invalid");
        Assert.NotEmpty(problem.Field("errors").List("name"));
    }

    [Theory]
    [InlineData("""{"password":"battery staple 7"}""", "name")]
    [InlineData("""{"name":null,"password":"battery staple 7"}""", "name")]
    [InlineData("""{"name":5,"password":"battery staple 7"}""", "name")]
    [InlineData("""{"name":"somebody-new"}""", "password")]
    [InlineData("""{"name":"somebody-new","password":["x"]}""", "password")]
    public async Task A_missing_or_wrong_field_is_invalid(string body, string field)
    {
        var problem = (await Register(body)).Refused(422, "invalid");
        Assert.NotEmpty(problem.Field("errors").List(field));
    }

    [Theory]
    [InlineData("line\u0007bell")]
    [InlineData("right\u202eleft")]
    [InlineData("isolate\u2066d")]
    public async Task A_display_name_with_control_characters_is_invalid(string displayName)
    {
        var problem = (await Register(new { name = Unique.Name(), password = TestUser.GoodPassword, displayName })).Refused(422, "invalid");
        Assert.NotEmpty(problem.Field("errors").List("displayName"));
    }

    [Fact]
    public async Task A_display_name_has_64_code_points_at_most()
    {
        var longest = string.Concat(Enumerable.Repeat("🚀", 64));
        var reply = await Register(new { name = Unique.Name(), password = TestUser.GoodPassword, displayName = longest });
        Assert.Equal(longest, reply.Is(201).Field("user").Text("displayName"));
        (await Register(new { name = Unique.Name(), password = TestUser.GoodPassword, displayName = longest + "x" })).Refused(422, "invalid");
    }

    [Theory]
    [InlineData("x7kq!pz")]
    [InlineData("🚀🌍🎉🐙🦀🍕🎸")]
    [InlineData("password")]
    [InlineData("12345678")]
    [InlineData("qwertyuiop")]
    [InlineData("PassWord")]
    [InlineData("my chatter secret")]
    [InlineData("i love CHATTER 99")]
    public async Task A_password_that_is_short_common_or_names_the_product_is_invalid(string password)
    {
        var problem = (await Register(new { name = Unique.Name(), password })).Refused(422, "invalid");
        Assert.NotEmpty(problem.Field("errors").List("password"));
    }

    [Fact]
    public async Task A_password_with_ones_own_name_in_it_is_invalid()
    {
        var name = Unique.Name("grace");
        (await Register(new { name, password = "--" + name.ToUpperInvariant() + "--" })).Refused(422, "invalid");
    }

    [Fact]
    public async Task A_password_of_257_code_points_is_invalid_and_one_of_256_is_not()
    {
        var longest = string.Concat(Enumerable.Range(0, 64).Select(static i => $"🚀{(char)('a' + (i % 26))}é "));
        (await Register(new { name = Unique.Name(), password = longest + "x" })).Refused(422, "invalid");
        (await Register(new { name = Unique.Name(), password = longest })).Is(201);
    }

    [Theory]
    [InlineData("🚀🌍🎉🐙🦀🍕🎸🎲")]
    [InlineData("  spaces at both ends  ")]
    [InlineData("пароль из слов")]
    public async Task Any_other_characters_make_a_password(string password)
    {
        var user = await shared.Server.User(password: password);
        await user.LogIn();
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("\"text\"")]
    [InlineData("""{"name":"zed-one","name":"zed-two","password":"battery staple 7"}""")]
    [InlineData("""{"name":"zed-one","n\u0061me":"zed-two","password":"battery staple 7"}""")]
    [InlineData("""{"name":"zed-one","password":"battery staple 7","x":[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]}""")]
    [InlineData("""{"name":"zed-one","password":"battery staple 7","displayName":"\ud800"}""")]
    [InlineData("""{"name":"zed-one","password":"battery staple 7"} trailing""")]
    public async Task A_body_that_is_no_object_of_JSON_is_a_bad_frame(string body) => (await Register(body)).Refused(400, "bad_frame");

    [Fact]
    public async Task A_body_that_is_not_UTF8_is_a_bad_frame()
    {
        using var content = new ByteArrayContent([.. "{\"name\":\""u8, 0xC3, 0x28, .. "\",\"password\":\"battery staple 7\"}"u8]);
        content.Headers.ContentType = new("application/json");
        (await Register(content)).Refused(400, "bad_frame");
    }

    [Fact]
    public async Task A_body_of_another_type_is_refused_with_415()
    {
        using var content = new StringContent("{}", Encoding.UTF8, "text/plain");
        var reply = await Register(content);
        Assert.Equal(415, reply.Status);
        Assert.Equal("application/problem+json", reply.ContentHeaders.ContentType?.MediaType);
    }

    [Fact]
    public async Task A_compressed_body_is_refused_with_415()
    {
        using var content = new StringContent("{}", Encoding.UTF8, "application/json");
        content.Headers.ContentEncoding.Add("gzip");
        (await Register(content)).Refused(415, "unsupported_media_type");
    }

    [Fact]
    public async Task A_huge_body_is_refused_with_413()
    {
        var reply = await Register($$"""{"name":"zed-one","password":"{{new string('x', 4 << 20)}}"}""");
        Assert.Equal(413, reply.Status);
        Assert.Equal("application/problem+json", reply.ContentHeaders.ContentType?.MediaType);
    }

    [Fact]
    public async Task Fields_that_are_not_ones_to_choose_are_ignored()
    {
        var user = await shared.Server.User();
        var reply = await Register(new { name = Unique.Name(), password = TestUser.GoodPassword, id = user.Id, createdAt = "2000-01-01T00:00:00.000Z", role = "admin" });
        var created = reply.Is(201).Field("user");
        Assert.NotEqual(user.Id, created.Text("id"));
        Assert.True(created.Time("createdAt").Year > 2000);
    }

    [Fact]
    public async Task Registration_can_be_closed()
    {
        await using var server = await ChatServer.Start(static s => s["Chatter:Accounts:Registration"] = "Closed");
        var reply = await server.Call(HttpMethod.Post, "/api/register", new { name = Unique.Name(), password = TestUser.GoodPassword });
        reply.Refused(403, "registration_closed");
    }

    [Fact]
    public async Task Registrations_of_one_address_are_limited()
    {
        await using var server = await ChatServer.Start(static s => s["Chatter:Limits:RegistrationsPerHour"] = "2");
        await server.User();
        await server.User();
        var reply = await server.Call(HttpMethod.Post, "/api/register", new { name = Unique.Name(), password = TestUser.GoodPassword });
        reply.Refused(429, "rate_limited");
    }

    [Fact]
    public async Task Passwords_need_15_characters_unless_told_otherwise()
    {
        await using var server = await ChatServer.Start(static s => s.Remove("Chatter:Accounts:PasswordLength"));
        var reply = await server.Call(HttpMethod.Post, "/api/register", new { name = Unique.Name(), password = "fourteen, yes!" });
        reply.Refused(422, "invalid");
        await server.User(password: "fifteen, yes!!!");
    }
}
