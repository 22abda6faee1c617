using System.Collections.Concurrent;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.EntityFrameworkCore.Metadata;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Microsoft.EntityFrameworkCore.Storage.ValueConversion;

namespace PhysioSite.Data.Encryption;

/// <summary>A column that is stored encrypted. Every table that has one has a Guid named Id as its key.</summary>
internal sealed class EncryptedColumn
{
    /// <summary>The models of EF Core live as long as the process.</summary>
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
        entity => [.. entity.GetProperties().Where(property => property.ClrType.IsAssignableTo(typeof(EncryptedValue))).Select(property => new EncryptedColumn(property))]);

    /// <summary>Makes the value of a loaded row readable.</summary>
    public void Attach(object row, ColumnEncryption encryption)
    {
        if (Property.GetGetter().GetClrValue(row) is EncryptedValue value)
        {
            value.Attach(encryption, Cell((Guid)_key.GetGetter().GetClrValue(row)!));
        }
    }

    public EncryptedCell Cell(Guid id) => new(Table, Column, id);

    /// <summary>Whether a text that the column holds decrypts to a value of its type.</summary>
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
    /// <summary>Stores the property encrypted, as JSON. It cannot be searched or sorted in SQL, but compared with null.</summary>
    public static PropertyBuilder<Encrypted<T>> IsEncrypted<T>(this PropertyBuilder<Encrypted<T>> property)
        where T : class =>
        property.HasConversion(value => value.StoredText, text => Encrypted<T>.FromStored(text));
#nullable restore annotations

    /// <summary>Encrypts what is new in rows that are about to be saved.</summary>
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

/// <summary>Gives the values of a loaded row what they need to be decrypted. It has no state, so that one model of EF Core serves every key ring.</summary>
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
