using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using PhysioSite.Data.Encryption;

namespace PhysioSite.Features.Appointments;

public enum RequestEventKind
{
    Received,
    Viewed,
    Claimed,
    NoAnswer,
    Scheduled,
    Closed,
    Note,
    Withdrawn,
    Held,
    Released,
    Escalated,
    Kept,
    KeptNoLonger,
    Erased,
}

/// <summary>The member of staff who does something.</summary>
public sealed record StaffActor(Guid Id, string Name);

/// <summary>The audit row of one thing that happened to a request.</summary>
public sealed class RequestEvent
{
    private RequestEvent()
    {
    }

    internal RequestEvent(Guid requestId, RequestEventKind kind, StaffActor? by, DateTime now, string? note)
    {
        Id = Guid.CreateVersion7();
        RequestId = requestId;
        Kind = kind;
        ById = by?.Id;
        By = by?.Name;
        AtUtc = now;
        Note = note is null ? null : new(note);
    }

    public Guid Id { get; private set; }

    public Guid RequestId { get; private set; }

    public RequestEventKind Kind { get; private set; }

    /// <summary>Null for the patient, and for what the site does by itself.</summary>
    public Guid? ById { get; private set; }

    public string? By { get; private set; }

    public DateTime AtUtc { get; private set; }

    public Encrypted<string>? Note { get; private set; }

    /// <summary>Leaves who did what, and when. Who was told of an unanswered request is said by the site and names no patient.</summary>
    internal void EraseNote() => Note = Kind == RequestEventKind.Escalated ? Note : null;

    internal sealed class Configuration : IEntityTypeConfiguration<RequestEvent>
    {
        public void Configure(EntityTypeBuilder<RequestEvent> builder)
        {
            builder.ToTable("RequestEvents");
            builder.Property(happened => happened.Id).ValueGeneratedNever();
            builder.Property(happened => happened.By).HasMaxLength(100);
            builder.Property(happened => happened.Note).IsEncrypted();
            builder.HasIndex(happened => new { happened.RequestId, happened.AtUtc });
        }
    }
}
