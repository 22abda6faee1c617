using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using PhysioSite.Data.Encryption;

namespace PhysioSite.Features.Appointments.Indexing;

/// <summary>The secret of <see cref="ContactKeys"/>. The table has one row.</summary>
public sealed class ContactSecret
{
    /// <summary>The same in every process, so that only one of them can add the row.</summary>
    private static readonly Guid OnlyId = new("5b0b4d6c-6c43-4c0c-9a0e-2f6d2f1c7a11");

    private ContactSecret()
    {
    }

    internal ContactSecret(string value)
    {
        (Id, Value) = (OnlyId, new(value));
    }

    public Guid Id { get; private set; }

    /// <summary>In Base64.</summary>
    public Encrypted<string> Value { get; private set; } = null!;

    internal void Replace(string value) => Value = new(value);

    internal sealed class Configuration : IEntityTypeConfiguration<ContactSecret>
    {
        public void Configure(EntityTypeBuilder<ContactSecret> builder)
        {
            builder.ToTable("ContactSecrets");
            builder.Property(secret => secret.Id).ValueGeneratedNever();
            builder.Property(secret => secret.Value).IsEncrypted();
        }
    }
}
