using Microsoft.AspNetCore.DataProtection.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore;
using PhysioSite.Data.Encryption;
using PhysioSite.Data.PostgreSql.Instances;

namespace PhysioSite.Data.PostgreSql;

/// <summary>
/// The same model as <see cref="SiteDbContext"/> on PostgreSQL, with what instances share. Its type distinguishes its migrations from those
/// of SQLite.
/// </summary>
internal sealed class PostgreSqlDbContext(DbContextOptions<PostgreSqlDbContext> options, ColumnEncryption encryption)
    : SiteDbContext(options, encryption)
{
    /// <summary>Compares text by its bytes, as SQLite does. An index then does not depend on the operating system's locales.</summary>
    private const string ByteOrder = "C";

    /// <summary>
    /// The share of a table's rows that change before it is vacuumed. Lists are counted in an index alone, without the rows, only as far as
    /// nothing has changed since.
    /// </summary>
    private const double ChangedBeforeVacuum = 0.02;

    public override IQueryable<T> SkipLocked<T>(IQueryable<T> rows, Guid[] ids)
    {
        var table = Model.FindEntityType(typeof(T))!.GetTableName();
        var sql = $$"""SELECT * FROM "{{table}}" WHERE "Id" = ANY ({0}) FOR UPDATE SKIP LOCKED""";
        var free = Set<T>().FromSqlRaw(sql, [ids]);
        return rows.Where(row => free.Select(one => EF.Property<Guid>(one, "Id")).Contains(EF.Property<Guid>(row, "Id")));
    }

    /// <summary>
    /// Commits a transaction that changes nothing, on the connection of the reading: another server may
    /// lack what was read. What was committed before it is on the standby when this is.
    /// </summary>
    public override async Task<T> ReadConfirmedAsync<T>(
        Func<Task<T>> read, Func<T, bool> isFound, CancellationToken cancellationToken)
    {
        await Database.OpenConnectionAsync(cancellationToken);
        try
        {
            var result = await read();

            if (isFound(result))
            {
                // Not by EF Core, which would repeat it on another connection.
                await using var command = Database.GetDbConnection().CreateCommand();
                command.CommandText = "SELECT pg_logical_emit_message(true, 'PhysioSite', '')";
                await command.ExecuteNonQueryAsync(cancellationToken);
                ConfirmedCommits.Instance.AssertConfirmed(this);
            }

            return result;
        }
        finally
        {
            await Database.CloseConnectionAsync();
        }
    }

    protected override void OnModelCreating(ModelBuilder builder)
    {
        base.OnModelCreating(builder);
        builder.Entity<DataProtectionKey>().ToTable(KeyContext.Table);
        SharedCount.Configure(builder.Entity<SharedCount>());
        SharedPage.Configure(builder.Entity<SharedPage>());
        SharedValue.Configure(builder.Entity<SharedValue>());
        foreach (var table in builder.Model.GetEntityTypes())
        {
            table.SetStorageParameter("autovacuum_vacuum_scale_factor", ChangedBeforeVacuum);
        }

        foreach (var property in builder.Model.GetEntityTypes().SelectMany(entity => entity.GetProperties()))
        {
            var type = Nullable.GetUnderlyingType(property.ClrType) ?? property.ClrType;
            if (type == typeof(string) || type.IsEnum || type.IsAssignableTo(typeof(EncryptedValue)))
            {
                property.SetCollation(ByteOrder);
            }
        }
    }
}
