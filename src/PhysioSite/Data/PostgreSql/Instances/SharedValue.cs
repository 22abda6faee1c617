using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace PhysioSite.Data.PostgreSql.Instances;

/// <summary>A text of <see cref="SharedState"/>.</summary>
internal sealed class SharedValue
{
    public const string Table = "SharedValues";

    public string Name { get; private set; } = "";

    public string Value { get; private set; } = "";

    internal static void Configure(EntityTypeBuilder<SharedValue> builder)
    {
        builder.ToTable(Table);
        builder.HasKey(value => value.Name);
        builder.Property(value => value.Name).HasMaxLength(40);
    }
}
