using System.Globalization;
using System.Text.Json;

namespace Chatter.Chat.Tests.Fuzzing;

/// <summary>A JSON object before it is written: names with raw values, so that it can also be made one that no serializer would write.</summary>
internal sealed record Fields(List<(string Name, string Value)> Items);

/// <summary>Valid frames and bodies of every type (docs/protocol.md §3, §4.1), with all their fields.</summary>
internal sealed class Corpus(Random random, Vocabulary words)
{
    /// <summary>The frames a client may send, and those of which the server will hear one day.</summary>
    private static readonly string[] Types = ["hello", "send", "edit", "delete", "react", "pin", "history", "read", "typing", "presence", "ping"];

    /// <summary>The calls that have a body.</summary>
    private static readonly string[] Calls = ["register", "login", "rooms", "join", "update", "invites", "messages", "remove"];

    /// <summary>A frame of any type.</summary>
    public Fields Frame()
    {
        var type = Pick(Types);
        return new([("type", Text(type)), .. Of(type)]);
    }

    /// <summary>A call of any kind: its method, path and body.</summary>
    public (HttpMethod Method, string Path, Fields Body) Call()
    {
        var call = Pick(Calls);
        var body = new Fields([.. Of(call)]);
        var room = $"/api/rooms/{Pick(words.Rooms)}";
        return call switch
        {
            "register" => (HttpMethod.Post, "/api/register", body),
            "login" => (HttpMethod.Post, "/api/login", body),
            "rooms" => (HttpMethod.Post, "/api/rooms", body),
            "update" => (HttpMethod.Patch, room, body),
            "remove" => (HttpMethod.Delete, $"{room}/members/{Pick(words.Users)}", body),
            _ => (HttpMethod.Post, $"{room}/{call}", body),
        };
    }

    private IEnumerable<(string, string)> Of(string kind) => kind switch
    {
        "hello" => [("token", Text(words.Token)), ("epoch", Text(words.Epoch)), ("resume", $$"""{"{{Pick(words.Rooms)}}":{{Number(50)}}}""")],
        "send" => [Room(), ("text", Words()), Nonce(), ("prev", Text($"n{Number(100)}")), ("ifLast", Number(1_000)), ("replyTo", Text(Id())), .. Attachments()],
        "edit" => [Room(), ("target", Text(Id())), ("text", Words()), Nonce()],
        "delete" => [Room(), ("target", Text(Id())), Nonce()],
        "pin" => [Room(), ("target", Text(Id())), ("on", "true"), Nonce()],
        "react" => [Room(), ("target", Text(Id())), ("emoji", "\"👍\""), ("on", "true"), Nonce()],
        "history" => [Room(), (Pick(["after", "before", "around"]), Number(100)), ("limit", Number(200)), Nonce()],
        "read" => [Room(), ("seq", Number(1_000)), ("back", "false")],
        "typing" => [Room()],
        "presence" => [("status", Pick(["\"online\"", "\"away\""]))],
        "ping" => [Nonce(), ("pad", Words())],
        "register" => [("name", Text($"fuzz{random.Next(1_000_000)}")), ("password", "\"battery staple 7\""), ("displayName", Words())],
        "login" => [("name", Text($"fuzz{random.Next(50)}")), ("password", "\"battery staple 7\""), ("device", Words())],
        "rooms" => [("name", Text($"Room {random.Next(1_000_000)}")), ("topic", Words()), ("private", "true")],
        "join" => [("invite", Text("dGhlIGludml0ZQ"))],
        "update" => [("name", Text($"Room {random.Next(1_000_000)}")), ("topic", Words()), ("owner", Text(Pick(words.Users)))],
        "invites" => [("expiresIn", Number(10_000)), ("uses", Number(10))],
        "messages" => [("text", Words()), Nonce(), ("replyTo", Text(Id())), .. Attachments()],
        _ => [("reason", Words())],
    };

    private (string, string) Room() => ("room", Text(Pick(words.Rooms)));

    private (string, string) Nonce() => ("nonce", Text($"n{random.Next()}"));

    private IEnumerable<(string, string)> Attachments() => random.Next(3) != 0 ? [] : [("attachments", $"[{string.Join(',', Enumerable.Range(0, random.Next(13)).Select(_ => Text(Id())))}]")];

    private string Id()
    {
        var bytes = new byte[16];
        random.NextBytes(bytes);
        return new Guid(bytes).ToString();
    }

    private string Words() => Pick(["\"hello\"", "\"räksmörgås 🍣\"", "\"line\\nline\"", "\"\\ud83d\\ude00\"", $"\"{new string('x', random.Next(200))}\""]);

    private string Number(int below) => random.Next(below).ToString(CultureInfo.InvariantCulture);

    private T Pick<T>(IReadOnlyList<T> from) => from[random.Next(from.Count)];

    private static string Text(string value) => JsonSerializer.Serialize(value);
}
