using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace PhysioSite.Features.Appointments.Jobs;

/// <summary>That a clinic was sent its list of waiting requests on a day of its own calendar, so that it is sent once.</summary>
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
