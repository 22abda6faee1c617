using PhysioSite.Content;
using PhysioSite.Features.Appointments;

namespace PhysioSite.Features.Staff;

/// <summary>What a list of requests shows of each.</summary>
public sealed record QueueRow(
    string Reference, string ClinicSlug, VisitKind Visit, PatientDetails Details, DateTime ReceivedUtc, DateTime DueUtc, RequestState State, string? ClaimedBy, string? HeldBecause, bool Overdue, DateTime? ErasedUtc)
{
    public static QueueRow Of(AppointmentRequest request, DateTime now) => new(
        request.Reference, request.ClinicSlug, request.Visit, request.Details, request.ReceivedUtc, request.DueUtc, request.State, request.ClaimedBy, request.HeldBecause, request.IsOverdue(now), request.ErasedUtc);
}
