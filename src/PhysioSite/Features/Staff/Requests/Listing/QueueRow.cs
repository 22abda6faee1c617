using System.Linq.Expressions;
using PhysioSite.Content;
using PhysioSite.Data.Encryption;
using PhysioSite.Features.Appointments;

namespace PhysioSite.Features.Staff.Requests;

/// <summary>The columns that lists of requests show. No other column is read.</summary>
public sealed record QueueRow(
    string Reference,
    string ClinicSlug,
    VisitKind Visit,
    Encrypted<PatientDetails> Details,
    DateTime ReceivedUtc,
    DateTime DueUtc,
    RequestState State,
    string? ClaimedBy,
    string? HeldBecause,
    bool Overdue,
    DateTime? ErasedUtc)
{
    public static Expression<Func<AppointmentRequest, QueueRow>> Columns(ColumnEncryption encryption, DateTime now) =>
        request => new QueueRow(
            request.Reference,
            request.ClinicSlug,
            request.Visit,
            request.Details.ReadWith(encryption, AppointmentRequest.DetailsCell(request.Id)),
            request.ReceivedUtc,
            request.DueUtc,
            request.State,
            request.ClaimedBy,
            request.HeldBecause,
            AppointmentRequest.IsOverdue(request.State, request.DueUtc, now),
            request.ErasedUtc);
}
