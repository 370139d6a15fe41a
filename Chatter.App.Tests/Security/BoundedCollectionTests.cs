using System.Collections.Concurrent;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Chatter.App.Session;
using Chatter.App.Tests.Docs;
using Xunit;

namespace Chatter.App.Tests.Security;

/// <summary>State that a client fills and nobody drains: each collection of the app that lives longer than a call has a number, which docs/architecture.md tells.</summary>
public sealed class BoundedCollectionTests
{
    /// <summary>Where the app keeps what clients and frames bring.</summary>
    private static readonly string[] Places = ["Chatter.App.Circuits", "Chatter.App.Components", "Chatter.App.Session"];

    [Fact]
    public void Each_collection_of_the_app_has_its_bound_in_the_docs()
    {
        var told = Repository.Table(Repository.Read("docs/architecture.md"), "| collection of the web app | bound | beyond it |");

        string[] untold = [.. Collections().Except(told.Select(static row => row[0]))];
        string[] gone = [.. told.Select(static row => row[0]).Except(Collections())];
        Assert.True(untold.Length == 0, $"Without a bound: {string.Join(", ", untold)}");
        Assert.True(gone.Length == 0, $"No longer there: {string.Join(", ", gone)}");
        Assert.All(told, static row => Assert.True(row.Length == 3 && row[1].Length > 0, $"{row[0]} has no bound."));
    }

    [Fact]
    public void A_table_that_is_full_forgets_what_came_first()
    {
        var table = new Recent<int, string>(2);
        table.Set(1, "one");
        table.Set(2, "two");
        table.Set(1, "first");
        table.Set(3, "three");

        Assert.Equal([2, 3], table.Keys);
        Assert.Null(table.Find(1));
    }

    private static IEnumerable<string> Collections() =>
        from type in typeof(ChatSession).Assembly.GetTypes()
        where Places.Any(place => type.Namespace?.StartsWith(place, StringComparison.Ordinal) is true) && !IsGenerated(type)
        from field in type.GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly)
        where IsCollection(field.FieldType)
        select $"{(type.IsNested ? $"{type.DeclaringType!.Name}." : "")}{type.Name.Split('`')[0]}.{field.Name}";

    /// <summary>Closures and state machines live as long as a call.</summary>
    private static bool IsGenerated(Type type) => type.IsDefined(typeof(CompilerGeneratedAttribute), inherit: false) || (type.DeclaringType is { } outer && IsGenerated(outer));

    private static bool IsCollection(Type type) =>
        type.IsGenericType && (type.GetGenericTypeDefinition() is var open
            && (open == typeof(Recent<,>) || open == typeof(Queue<>) || open == typeof(Stack<>) || open == typeof(PriorityQueue<,>) || open == typeof(Channel<>)
                || open == typeof(ConcurrentQueue<>) || open == typeof(ConcurrentBag<>) || open == typeof(ConditionalWeakTable<,>)
                || (!type.IsArray && !open.Name.StartsWith("IReadOnly", StringComparison.Ordinal) && type.GetInterfaces().Append(type).Any(static i => i.IsGenericType && i.GetGenericTypeDefinition() == typeof(ICollection<>)) && !open.FullName!.Contains("Frozen", StringComparison.Ordinal) && !open.FullName.Contains("Immutable", StringComparison.Ordinal))));
}
