using PhysioSite.Content.Model;
using PhysioSite.Features.Appointments.Assignment;

namespace PhysioSite.Features.Appointments;

/// <summary>The validated answers of a request form.</summary>
/// <param name="IsHoneypotFilled">Whether the field that people do not see was filled in.</param>
public sealed record NewRequest(ClinicAssignment Assignment, VisitKind Visit, PatientDetails Details, bool IsHoneypotFilled);
