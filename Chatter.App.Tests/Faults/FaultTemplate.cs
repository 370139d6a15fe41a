using System.Net.Http.Json;
using System.Text.Json;
using Chatter.App.Tests.Faults.Workload;
using Chatter.App.Tests.Startup;
using Xunit;

namespace Chatter.App.Tests.Faults;

/// <summary>What all runs begin with: the compiled shim, and a data folder in which a few people have accounts (a password's hash takes a while).</summary>
public sealed class FaultTemplate : IAsyncLifetime
{
    public const string Password = "frost on the tomatoes";

    private const int HowMany = 4;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("chatter-faults-");

    internal string Shim { get; private set; } = "";

    internal IReadOnlyList<string[]> People { get; private set; } = [];

    public async ValueTask InitializeAsync()
    {
        var cancel = TestContext.Current.CancellationToken;
        Shim = await Injection.Shim.Build(_folder.FullName, cancel);
        await using var server = await ServerProcess.Start(_folder.FullName);
        using var http = new HttpClient { BaseAddress = server.Address };
        var people = new List<string[]>();
        for (var i = 0; i < HowMany; i++)
        {
            using var answer = await http.PostAsJsonAsync("/api/register", new { name = $"person{i}", password = Password }, cancel);
            answer.EnsureSuccessStatusCode();
            var registered = await answer.Content.ReadFromJsonAsync<JsonElement>(cancel);
            people.Add([$"person{i}", registered.GetProperty("user").Text("id"), registered.Text("token")]);
        }
        People = people;
        await server.Terminate();
    }

    public ValueTask DisposeAsync()
    {
        _folder.Delete(recursive: true);
        return ValueTask.CompletedTask;
    }

    /// <summary>A folder of its own for a run, with the people in it.</summary>
    internal DirectoryInfo Copy()
    {
        var copy = Directory.CreateTempSubdirectory("chatter-fault-");
        var data = copy.CreateSubdirectory("data");
        foreach (var file in new DirectoryInfo(Path.Combine(_folder.FullName, "data")).EnumerateFiles("chatter.db*")) file.CopyTo(Path.Combine(data.FullName, file.Name));
        return copy;
    }

    internal List<Person> Persons() => [.. People.Select(static p => new Person(p[0], p[1], p[2]))];
}

/// <summary>Fault runs have the machine to themselves: what is measured in them is also how soon all is well again.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class FaultCollection : ICollectionFixture<FaultTemplate>
{
    public const string Name = "faults";
}
