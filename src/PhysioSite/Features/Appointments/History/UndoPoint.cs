namespace PhysioSite.Features.Appointments.History;

/// <summary>The values of a request that claiming it, a call or closing it replaces.</summary>
public sealed record UndoPoint(
    RequestState State,
    Guid? ClaimedById,
    string? ClaimedBy,
    DateTime DueUtc,
    DateTime? EscalateUtc,
    int Escalations,
    int Calls,
    DateTime? NotCalledUtc);
