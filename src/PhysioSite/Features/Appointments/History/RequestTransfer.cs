using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace PhysioSite.Features.Appointments.History;

/// <summary>
/// The trace of a request that a clinic gave to another one. It has nothing that the patient told us, because the earlier clinic no longer
/// sees that.
/// </summary>
public sealed class RequestTransfer
{
    private RequestTransfer()
    {
    }

    internal RequestTransfer(AppointmentRequest request, string to, StaffActor by, DateTime now)
    {
        (Id, RequestId, Reference, FromClinic, ToClinic) = (Guid.CreateVersion7(), request.Id, request.Reference, request.ClinicSlug, to);
        (By, AtUtc) = (by.Name, now);
    }

    public Guid Id { get; private set; }

    public Guid RequestId { get; private set; }

    public string Reference { get; private set; } = "";

    public string FromClinic { get; private set; } = "";

    public string ToClinic { get; private set; } = "";

    public string By { get; private set; } = "";

    public DateTime AtUtc { get; private set; }

    internal sealed class Configuration : IEntityTypeConfiguration<RequestTransfer>
    {
        public void Configure(EntityTypeBuilder<RequestTransfer> builder)
        {
            builder.ToTable("RequestTransfers");
            builder.Property(transfer => transfer.Id).ValueGeneratedNever();
            builder.Property(transfer => transfer.Reference).HasMaxLength(Appointments.Reference.Length);
            builder.Property(transfer => transfer.FromClinic).HasMaxLength(100);
            builder.Property(transfer => transfer.ToClinic).HasMaxLength(100);
            builder.Property(transfer => transfer.By).HasMaxLength(100);
            builder.HasIndex(transfer => new { transfer.FromClinic, transfer.AtUtc });
            builder.HasIndex(transfer => transfer.Reference);
        }
    }
}
