using System.Linq.Expressions;
using PhysioSite.Content.Model;
using PhysioSite.Data.Encryption;
using PhysioSite.Features.Appointments;
using PhysioSite.Features.Appointments.History;

namespace PhysioSite.Features.Staff.Requests.Listing;

/// <summary>The columns that lists of requests show. No other column is read.</summary>
/// <param name="Tries">Number of times that staff tried to reach the patient.</param>
/// <param name="TriedUtc">The last try.</param>
public sealed record QueueRow(
    Guid Id,
    string Reference,
    string ClinicSlug,
    VisitKind Visit,
    Encrypted<PatientDetails> Details,
    DateTime ReceivedUtc,
    DateTime DueUtc,
    DateTime? AgreedUtc,
    DateTime? ClosedUtc,
    RequestState State,
    RequestOutcome? Outcome,
    Guid? ClaimedById,
    string? ClaimedBy,
    int Tries,
    DateTime? TriedUtc,
    string? HeldBecause,
    bool Overdue,
    DateTime? ErasedUtc,
    int Version,
    string? PhoneKey,
    string? EmailKey)
{
    /// <summary>Whether another request is probably the same one, sent twice (<see cref="LikelyDuplicates"/>).</summary>
    public bool IsLikelyDuplicate { get; init; }

    public bool IsOpen => ErasedUtc is null && State is not (RequestState.Closed or RequestState.Withdrawn);

    /// <summary>Whether staff can claim the request or record a try without opening it.</summary>
    public bool CanBeProcessed => IsOpen && State != RequestState.Held;

    public static Expression<Func<AppointmentRequest, QueueRow>> Columns(ColumnEncryption encryption, DateTime now) =>
        request => new QueueRow(
            request.Id,
            request.Reference,
            request.ClinicSlug,
            request.Visit,
            request.Details.ReadWith(encryption, AppointmentRequest.DetailsCell(request.Id)),
            request.ReceivedUtc,
            request.DueUtc,
            request.AgreedUtc,
            request.ClosedUtc,
            request.State,
            request.Outcome,
            request.ClaimedById,
            request.ClaimedBy,
            request.Calls,
            request.History
                .Where(happened => happened.Kind == RequestEventKind.NoAnswer && !happened.IsUndone)
                .Max(happened => (DateTime?)happened.AtUtc),
            request.HeldBecause,
            AppointmentRequest.IsOverdue(request.State, request.DueUtc, now),
            request.ErasedUtc,
            request.Version,
            request.PhoneKey,
            request.EmailKey);
}

/// <summary>A list of requests as a table.</summary>
/// <param name="Label">The accessible name of the table.</param>
/// <param name="ReturnUrl">The URL of the list, for the way back from a request.</param>
/// <param name="Filter">The list whose forms change a row. Null for a list without row actions.</param>
public sealed record QueueTable(IReadOnlyList<QueueRow> Rows, string Label, string ReturnUrl, DateTime NowUtc, QueueFilter? Filter);
