namespace Chatter.Chat.Storage;

/// <summary>The table <c>known_devices</c>: from where an account's password was right.</summary>
internal static class DeviceRows
{
    /// <summary>Devices of one account that are kept.</summary>
    public const int MaxPerUser = 50;

    /// <summary>Whether that is a device of an account.</summary>
    /// <param name="store">The connection.</param>
    /// <param name="name">The account's normalized name.</param>
    /// <param name="device">The hash of the device's token.</param>
    /// <param name="since">Earlier ones don't count, in Unix milliseconds.</param>
    public static bool IsKnown(StoreConnection store, string name, byte[] device, long since) => store.First(
        "select 1 from users u join known_devices d on d.user = u.id where u.normalized_user_name = $1 and d.device = $2 and d.at > $3", static _ => true, name, device, since);

    /// <summary>Notes a device, in the place of what it was known as before.</summary>
    /// <param name="store">The connection, in a transaction.</param>
    /// <param name="user">Whose.</param>
    /// <param name="device">The hash of its new token.</param>
    /// <param name="former">That of its former one, or null.</param>
    /// <param name="at">When, in Unix milliseconds.</param>
    /// <param name="since">Earlier ones are forgotten.</param>
    public static void Replace(StoreConnection store, Guid user, byte[] device, byte[]? former, long at, long since)
    {
        var returned = former is not null && store.Execute("delete from known_devices where user = $1 and device = $2", user, former) > 0;
        store.Execute("insert into known_devices (user, device, at, returned) values ($1, $2, $3, $4)", user, device, at, returned ? 1L : 0L);
        // A program that keeps no cookies gets another token at each login; it must not push out a device that comes back.
        store.Execute(
            "delete from known_devices where user = $1 and (at <= $2 or device in (select device from known_devices where user = $1 order by returned desc, at desc limit -1 offset $3))",
            user, since, MaxPerUser);
    }

    /// <summary>Forgets all devices of an account.</summary>
    public static void DeleteAll(StoreConnection store, Guid user) => store.Execute("delete from known_devices where user = $1", user);
}
