using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Identity.EntityFrameworkCore;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;

namespace Chatter.Chat.Storage;

/// <summary>
/// The relations: accounts, credentials, sessions. The log's tables are in the same database, but only plain SQL touches them (<see cref="LogSchema"/>).
/// </summary>
public sealed class ChatterDbContext(DbContextOptions<ChatterDbContext> options) : IdentityUserContext<ChatterUser, Guid>(options)
{
    private static readonly TimeSpan GateLimit = TimeSpan.FromSeconds(4);

    /// <summary>All sessions, those that ended too.</summary>
    public DbSet<UserSession> Sessions => Set<UserSession>();

    /// <inheritdoc/>
    /// <remarks>
    /// Every write of the model passes the write gate here, and only here: ExecuteUpdate, ExecuteDelete and own transactions would go round it.
    /// A lease that lives in this frame is given back on success, failure and cancellation alike, which an interceptor's isn't where another one throws.
    /// </remarks>
    /// <exception cref="StoreUnavailableException">The store didn't answer in time, or failed; the changes may or may not have been saved.</exception>
    public override async Task<int> SaveChangesAsync(bool acceptAllChangesOnSuccess, CancellationToken cancellationToken = default)
    {
        using var lease = await Enter(cancellationToken);
        try
        {
            return await base.SaveChangesAsync(acceptAllChangesOnSuccess, cancellationToken);
        }
        catch (Exception e) when (IsStoreFailure(e))
        {
            throw new StoreUnavailableException("The changes could not be saved.", e);
        }
    }

    /// <summary>Not supported: the write gate is waited for, and no thread should be.</summary>
    public override int SaveChanges(bool acceptAllChangesOnSuccess) => throw new NotSupportedException("Use SaveChangesAsync.");

    /// <summary>Whether an error is the store's, rather than a constraint's that the caller may expect.</summary>
    public static bool IsStoreFailure(Exception error) =>
        (error as SqliteException ?? error.InnerException as SqliteException) is { SqliteErrorCode: not SQLitePCL.raw.SQLITE_CONSTRAINT };

    /// <summary>Whether an error says that something unique was there already.</summary>
    public static bool IsDuplicate(DbUpdateException error) =>
        error.InnerException is SqliteException { SqliteExtendedErrorCode: SQLitePCL.raw.SQLITE_CONSTRAINT_UNIQUE or SQLitePCL.raw.SQLITE_CONSTRAINT_PRIMARYKEY };

    /// <inheritdoc/>
    protected override void OnModelCreating(ModelBuilder builder)
    {
        base.OnModelCreating(builder);
        builder.Entity<ChatterUser>(user =>
        {
            user.ToTable("users");
            user.Property(u => u.Id).ValueGeneratedNever();
            user.Property(u => u.UserName).HasMaxLength(32).IsRequired();
            user.Property(u => u.NormalizedUserName).HasMaxLength(32).IsRequired();
            user.Property(u => u.DisplayName).HasMaxLength(128);
            user.Property(u => u.AvatarUrl).HasMaxLength(2_048);
            user.Property(u => u.Language).HasMaxLength(64);
            user.Property(u => u.TimeZone).HasMaxLength(64);
            user.Property(u => u.StatusText).HasMaxLength(200);
            user.Property(u => u.StatusEmoji).HasMaxLength(32);
        });
        builder.Entity<IdentityUserClaim<Guid>>().ToTable("user_claims");
        builder.Entity<IdentityUserLogin<Guid>>().ToTable("user_logins");
        builder.Entity<IdentityUserToken<Guid>>().ToTable("user_tokens");
        builder.Entity<IdentityUserPasskey<Guid>>().ToTable("user_passkeys");
        builder.Entity<UserSession>(session =>
        {
            session.ToTable("sessions");
            session.Property(s => s.Id).ValueGeneratedNever();
            session.Property(s => s.TokenHash).HasMaxLength(32);
            session.Property(s => s.Device).HasMaxLength(100);
            session.Property(s => s.Address).HasMaxLength(64);
            session.HasOne<ChatterUser>().WithMany().HasForeignKey(s => s.UserId).OnDelete(DeleteBehavior.Cascade);
            session.HasIndex(s => s.TokenHash).IsUnique();
            session.HasIndex(s => s.UserId);
            session.HasIndex(s => s.ExpiresAt);
        });
        ColumnConventions.Apply(builder);
    }

    private async ValueTask<WriteGate.Lease> Enter(CancellationToken cancel)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limit.CancelAfter(GateLimit);
        try
        {
            return await this.GetService<Database>().Gate.Enter(limit.Token);
        }
        catch (OperationCanceledException e) when (!cancel.IsCancellationRequested)
        {
            throw new StoreUnavailableException($"A write waited for {GateLimit.TotalSeconds:0} s.", e);
        }
    }
}
