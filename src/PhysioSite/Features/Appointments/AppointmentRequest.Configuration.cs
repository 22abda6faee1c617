using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using PhysioSite.Data.Encryption;
using PhysioSite.Email.Outbox;
using PhysioSite.Features.Appointments.Indexing;
using PhysioSite.Features.Appointments.History;

namespace PhysioSite.Features.Appointments;

public sealed partial class AppointmentRequest
{
    internal sealed class Configuration : IEntityTypeConfiguration<AppointmentRequest>
    {
        public void Configure(EntityTypeBuilder<AppointmentRequest> builder)
        {
            builder.ToTable(Table);
            builder.Property(request => request.Id).ValueGeneratedNever();
            builder.Property(request => request.Reference).HasMaxLength(Appointments.Reference.Length);
            builder.Property(request => request.FormKeyHash).HasMaxLength(50);
            builder.Property(request => request.StatusTokenHash).HasMaxLength(50);
            builder.Property(request => request.ClinicSlug).HasMaxLength(100);
            builder.Property(request => request.ClaimedBy).HasMaxLength(100);
            builder.Property(request => request.Details).IsEncrypted();
            builder.Property(request => request.Language).HasMaxLength(2).HasDefaultValue("");
            builder.Property(request => request.PhoneKey).HasMaxLength(ContactKeys.Length);
            builder.Property(request => request.EmailKey).HasMaxLength(ContactKeys.Length);
            builder.Property(request => request.SearchId).IsConcurrencyToken();
            builder.Property(request => request.Escalations).HasDefaultValue(0);
            builder.Property(request => request.Calls).HasDefaultValue(0);
            builder.Property(request => request.CalendarSequence).HasDefaultValue(0);
            builder.Property(request => request.ChangedUtc).HasDefaultValue(DateTime.MinValue);
            builder.Property(request => request.ErasureWarnings).HasDefaultValue(0);
            builder.Property(request => request.HeldBecause).HasMaxLength(200);
            builder.Property(request => request.StatusToken).HasColumnName("HeldToken").IsEncrypted();
            builder.Property(request => request.RetentionHoldReason).HasColumnName("KeepReason").IsEncrypted();
            builder.Property(request => request.Version).IsConcurrencyToken();
            builder.HasIndex(request => request.Reference).IsUnique();
            builder.HasIndex(request => request.FormKeyHash).IsUnique();
            builder.HasIndex(request => request.StatusTokenHash).IsUnique();
            AddListIndexes(builder);
            builder.HasIndex(request => request.EscalateUtc);
            builder.HasIndex(request => request.RemindUtc).HasFilter("\"RemindUtc\" IS NOT NULL");
            builder.HasIndex(request => request.PhoneKey);
            builder.HasIndex(request => request.EmailKey);
            builder.HasIndex(request => request.SearchId).IsUnique();
            builder.HasMany(request => request.History).WithOne().HasForeignKey(happened => happened.RequestId);
            builder.HasMany<OutboxEmail>().WithOne().HasForeignKey(email => email.RequestId);
            builder.HasMany<RequestTransfer>().WithOne().HasForeignKey(transfer => transfer.RequestId);
        }

        /// <summary>
        /// The lists of the staff desk are counted and paged in these indexes alone: each has every column that a list filters and sorts
        /// by. The rows are wide, because of what is encrypted in them; only those of the page that is shown are read. The index that
        /// counts states is narrow, because it is read as a whole.
        /// </summary>
        private static void AddListIndexes(EntityTypeBuilder<AppointmentRequest> builder)
        {
            builder.HasIndex(request => new
            {
                request.State,
                request.DueUtc,
                request.Id,
                request.ClinicSlug,
                request.Language,
                request.ClaimedById,
                request.UnacknowledgedUtc,
            }).HasDatabaseName("IX_AppointmentRequests_ListByDue");
            builder.HasIndex(request => new
            {
                request.State,
                request.ClosedUtc,
                request.Id,
                request.ClinicSlug,
                request.Language,
                request.ErasedUtc,
            }).HasDatabaseName("IX_AppointmentRequests_ListByClosed");
            builder.HasIndex(request => new { request.State, request.AgreedUtc, request.Id, request.ClinicSlug, request.Language })
                .HasDatabaseName("IX_AppointmentRequests_ListByAgreed");
            builder.HasIndex(request => new { request.Id, request.ClinicSlug, request.Language })
                .HasDatabaseName("IX_AppointmentRequests_List");
            builder.HasIndex(request => new
            {
                request.DueUtc,
                request.Id,
                request.ClinicSlug,
                request.Language,
                // SQLite counts in another index, as a whole, when a filtered one lacks the column of its filter.
                request.UnacknowledgedUtc,
            })
                .HasFilter("\"UnacknowledgedUtc\" IS NOT NULL")
                .HasDatabaseName("IX_AppointmentRequests_ListUnacknowledged");
            builder.HasIndex(request => new { request.State, request.Language })
                .HasDatabaseName("IX_AppointmentRequests_CountOfStates");
            builder.HasIndex(request => new
            {
                request.ClinicSlug,
                request.State,
                request.DueUtc,
                request.Id,
                request.ClosedUtc,
                request.AgreedUtc,
                request.ErasedUtc,
                request.UnacknowledgedUtc,
                request.Language,
                request.ClaimedById,
            }).HasDatabaseName("IX_AppointmentRequests_ListOfClinic");
        }
    }
}
