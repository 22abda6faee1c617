using System.Collections.Concurrent;
using System.Data.Common;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.EntityFrameworkCore.Metadata;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Microsoft.EntityFrameworkCore.Storage.ValueConversion;

namespace PhysioSite.Data.Encryption;

/// <summary>An encrypted column. The primary key of its table must be a Guid named Id.</summary>
internal sealed class EncryptedColumn
{
    /// <summary>Entries are never removed, because EF Core models live as long as the process.</summary>
    private static readonly ConcurrentDictionary<IEntityType, EncryptedColumn[]> Known = new();

    private readonly ValueConverter _converter;
    private readonly IProperty _key;

    private EncryptedColumn(IProperty property)
    {
        Property = property;
        Table = property.DeclaringType.GetTableName()!;
        Column = property.GetColumnName();
        _converter = property.GetValueConverter()!;
        _key = property.DeclaringType.ContainingEntityType.FindPrimaryKey()!.Properties.Single();
    }

    public IProperty Property { get; }

    public string Table { get; }

    public string Column { get; }

    public static IEnumerable<EncryptedColumn> All(IModel model) => model.GetEntityTypes().SelectMany(Of);

    public static EncryptedColumn[] Of(IEntityType entity) => Known.GetOrAdd(
        entity,
        entity =>
        [
            .. entity.GetProperties()
                .Where(property => property.ClrType.IsAssignableTo(typeof(EncryptedValue)))
                .Select(property => new EncryptedColumn(property)),
        ]);

    /// <summary>Provides the value of a loaded row with what it needs to be decrypted.</summary>
    public void Attach(object row, ColumnEncryption encryption)
    {
        if (Property.GetGetter().GetClrValue(row) is EncryptedValue value)
        {
            value.Attach(encryption, Cell((Guid)_key.GetGetter().GetClrValue(row)!));
        }
    }

    /// <summary>False when the database is older than this column.</summary>
    public async Task<bool> ExistsAsync(DbConnection connection, CancellationToken cancellationToken)
    {
        await using var command = connection.CreateCommand();
        command.CommandText = connection is SqliteConnection
            ? $"SELECT 1 FROM pragma_table_info('{Table}') WHERE name = '{Column}'"
            : $"""
              SELECT 1 FROM information_schema.columns
              WHERE table_schema = current_schema() AND table_name = '{Table}' AND column_name = '{Column}'
              """;
        return await command.ExecuteScalarAsync(cancellationToken) is not null;
    }

    /// <summary>Reads the stored texts in the order of their rows.</summary>
    /// <param name="after">The row that was read last. <see cref="Guid.Empty"/> at the start.</param>
    /// <param name="most">The number of texts to read.</param>
    public async Task<List<(Guid Id, string Text)>> ReadAsync(SiteDbContext db, Guid after, int most, CancellationToken cancellationToken)
    {
        await db.Database.OpenConnectionAsync(cancellationToken);
        try
        {
            await using var command = db.Database.GetDbConnection().CreateCommand();
            command.CommandText =
                $"""
                SELECT "Id", "{Column}" FROM "{Table}" WHERE "Id" > @after AND "{Column}" IS NOT NULL ORDER BY "Id" LIMIT {most}
                """;
            var parameter = command.CreateParameter();
            (parameter.ParameterName, parameter.Value) = ("@after", after);
            command.Parameters.Add(parameter);
            var batch = new List<(Guid, string)>();
            await using var rows = await command.ExecuteReaderAsync(cancellationToken);
            while (await rows.ReadAsync(cancellationToken))
            {
                batch.Add((rows.GetGuid(0), rows.GetString(1)));
            }

            return batch;
        }
        finally
        {
            await db.Database.CloseConnectionAsync();
        }
    }

    public EncryptedCell Cell(Guid id) => new(Table, Column, id);

    /// <summary>Whether a stored text decrypts to a value of the column's type.</summary>
    public bool CanRead(string storedText, ColumnEncryption encryption, EncryptedCell cell)
    {
        var value = (EncryptedValue)_converter.ConvertFromProvider(storedText)!;
        value.Attach(encryption, cell);
        return value.IsReadable;
    }
}

internal static class EncryptedProperties
{
#nullable disable annotations // For nullable and other properties alike.
    /// <summary>Stores the property as encrypted JSON. SQL cannot search or sort it; it can only compare it with null.</summary>
    public static PropertyBuilder<Encrypted<T>> IsEncrypted<T>(this PropertyBuilder<Encrypted<T>> property)
        where T : class =>
        property.HasConversion<EncryptedConverter<T>>();
#nullable restore annotations

    /// <summary>Encrypts new values in the rows that are about to be saved.</summary>
    public static void EncryptNewValues(this DbContext db, ColumnEncryption encryption)
    {
        foreach (var entry in db.ChangeTracker.Entries().Where(entry => entry.State is EntityState.Added or EntityState.Modified))
        {
            foreach (var column in EncryptedColumn.Of(entry.Metadata))
            {
                (entry.CurrentValues[column.Property] as EncryptedValue)?.EnsureEncrypted(encryption);
            }
        }
    }
}

/// <summary>
/// Provides the values of a loaded row with what they need to be decrypted. It is stateless, so that one EF Core model works with every key
/// ring.
/// </summary>
internal sealed class EncryptedValueInterceptor : IMaterializationInterceptor
{
    public static readonly EncryptedValueInterceptor Instance = new();

    public object InitializedInstance(MaterializationInterceptionData materializationData, object entity)
    {
        foreach (var column in EncryptedColumn.Of(materializationData.EntityType))
        {
            column.Attach(entity, ((SiteDbContext)materializationData.Context).Encryption);
        }

        return entity;
    }
}
