using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace PhysioSite.Features.Appointments.Jobs;

/// <summary>
/// Records that a clinic's digest of waiting requests was processed on a day (local to the clinic), so that it is sent only once.
/// </summary>
public sealed class ClinicDigest(string clinicSlug, DateOnly day)
{
    public string ClinicSlug { get; private set; } = clinicSlug;

    public DateOnly Day { get; private set; } = day;

    internal sealed class Configuration : IEntityTypeConfiguration<ClinicDigest>
    {
        public void Configure(EntityTypeBuilder<ClinicDigest> builder)
        {
            builder.ToTable("ClinicDigests");
            builder.HasKey(digest => new { digest.ClinicSlug, digest.Day });
            builder.Property(digest => digest.ClinicSlug).HasMaxLength(100);
        }
    }
}
