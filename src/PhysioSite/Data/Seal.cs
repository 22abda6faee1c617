using System.Text.Json;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Metadata;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Microsoft.EntityFrameworkCore.Storage.ValueConversion;

namespace PhysioSite.Data;

/// <summary>
/// Encrypts what a patient wrote before it reaches the database. The keys are the site's data-protection keys, kept outside of it;
/// without them a sealed column cannot be read again.
/// </summary>
public sealed class Seal(IDataProtectionProvider protection)
{
    private readonly IDataProtector _protector = protection.CreateProtector("PhysioSite.Records");

    internal string Close<T>(T value) => _protector.Protect(JsonSerializer.Serialize(value));

    internal T Open<T>(string text) => JsonSerializer.Deserialize<T>(_protector.Unprotect(text))!;
}

public static class SealedColumn
{
    internal const string Annotation = "PhysioSite:Sealed";

    /// <summary>Stores the property encrypted, as JSON. It cannot be searched or sorted in SQL.</summary>
    public static PropertyBuilder<T> IsSealed<T>(this PropertyBuilder<T> property)
    {
        property.HasAnnotation(Annotation, true);

        // Until the context knows its seal, the model needs to see a type that a column can hold.
        return property.HasConversion(new Converter<T>(null));
    }

    /// <summary>Table and column of everything that is stored encrypted.</summary>
    internal static IEnumerable<(string Table, string Column)> All(IReadOnlyModel model) =>
        from entity in model.GetEntityTypes()
        from property in entity.GetProperties()
        where property.FindAnnotation(Annotation) is not null
        select (entity.GetTableName()!, property.GetColumnName());

    internal static void UseSeal(this ModelBuilder model, Seal seal)
    {
        foreach (var property in model.Model.GetEntityTypes().SelectMany(entity => entity.GetProperties())
            .Where(property => property.FindAnnotation(Annotation) is not null))
        {
            property.SetValueConverter((ValueConverter)Activator.CreateInstance(typeof(Converter<>).MakeGenericType(property.ClrType), seal)!);
        }
    }

    private sealed class Converter<T>(Seal? seal) : ValueConverter<T, string>(value => seal!.Close(value), text => seal!.Open<T>(text));
}

/// <summary>One model for each seal, since the model carries its converters.</summary>
internal sealed class SealedModelCacheKeyFactory : IModelCacheKeyFactory
{
    public object Create(DbContext context, bool designTime) => (context.GetType(), ((SiteDbContext)context).Seal, designTime);
}
