using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace PhysioSite.Data.PostgreSql.Instances;

/// <summary>An open page that an instance reports to the others.</summary>
internal sealed class SharedPage
{
    public const string Table = "SharedPages";

    public Guid Id { get; private set; }

    /// <summary>The id of the row that the page shows.</summary>
    public Guid Subject { get; private set; }

    /// <summary>The id of who has it open.</summary>
    public Guid Person { get; private set; }

    /// <summary>From then on the row does not count and is removed.</summary>
    public DateTime ExpiresUtc { get; private set; }

    /// <summary>Not in the write-ahead log, like <see cref="SharedCount"/>. Pages that are still open are reported again.</summary>
    internal static void Configure(EntityTypeBuilder<SharedPage> builder)
    {
        builder.ToTable(Table).IsUnlogged();
        builder.HasKey(page => page.Id);
        builder.Property(page => page.Id).ValueGeneratedNever();
        builder.HasIndex(page => page.Subject);
        builder.HasIndex(page => page.ExpiresUtc);
    }
}
