using Chatter.Chat.Protocol;

namespace Chatter.Chat.Storage;

/// <summary>
/// Whose account is gone. The log isn't rewritten for it, since its rows have checksums and may be many: who reads an event asks here, in the same snapshot,
/// whether the one it names is still called so. The table has a row for each deleted account and nothing else, so asking costs next to nothing.
/// </summary>
internal static class DeletedUsers
{
    /// <summary>The ids, for a condition.</summary>
    public const string Ids = "(select id from deleted_users)";

    /// <summary>The name to be shown of a user whose name was written down, as an expression.</summary>
    /// <param name="id">The column with his id.</param>
    /// <param name="name">The column with the name that he had.</param>
    public static string Name(string id, string name) => $"case when exists (select 1 from deleted_users d where d.id = {id}) then '{DeletedUser.Name}' else {name} end";

    public static bool Has(StoreConnection store, Guid user) => store.First("select 1 from deleted_users where id = $1", static row => row.GetInt64(0), user) == 1;

    /// <summary>Somebody as he is to be named.</summary>
    public static UserRef Shown(StoreConnection store, UserRef user) => Has(store, user.Id) ? user with { Name = DeletedUser.Name } : user;
}
