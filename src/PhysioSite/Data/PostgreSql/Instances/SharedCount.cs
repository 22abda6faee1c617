using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace PhysioSite.Data.PostgreSql.Instances;

/// <summary>
/// A count that all instances share: of events under a key, of attempts of a source on an account, or a member of a counted value. Keys and
/// members are keyed hashes.
/// </summary>
internal sealed class SharedCount
{
    public const string Table = "SharedCounts";

    public Guid Key { get; private set; }

    /// <summary>A part of the key that is counted for itself. Empty when the key has no parts.</summary>
    public Guid Member { get; private set; }

    public int Count { get; private set; }

    public DateTime ChangedUtc { get; private set; }

    /// <summary>For attempts: further ones are rejected until then.</summary>
    public DateTime? WaitUntilUtc { get; private set; }

    /// <summary>From then on the row does not count and is removed.</summary>
    public DateTime ExpiresUtc { get; private set; }

    /// <summary>
    /// The table is not in the write-ahead log, so a count does not wait for the disk and no archive keeps it. After a crash of the server,
    /// and on a standby that takes over, it is empty.
    /// </summary>
    internal static void Configure(EntityTypeBuilder<SharedCount> builder)
    {
        builder.ToTable(Table).IsUnlogged();
        builder.HasKey(count => new { count.Key, count.Member });
        builder.HasIndex(count => count.ExpiresUtc);
    }
}
