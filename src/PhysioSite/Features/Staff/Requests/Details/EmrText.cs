using PhysioSite.Content.Model;
using PhysioSite.Features.Appointments;
using PhysioSite.Features.Shared;
using PhysioSite.Features.Staff.Shared;
using PhysioSite.Text;

namespace PhysioSite.Features.Staff.Requests.Details;

/// <summary>A request as plain text, for the clinic's record of the patient (EMR).</summary>
public static class EmrText
{
    public static string Write(AppointmentRequest request, PatientDetails details, Clinic? clinic, SiteProfile site)
    {
        string?[] lines =
        [
            $"Name: {details.Name}{(details.ForSomeoneElse ? " (asking for someone else)" : "")}",
            details.Phone is null ? null : $"Phone: {PhoneNumber.Show(details.Phone)}",
            details.Email is null ? null : $"Email: {details.Email}",
            $"Contact: {RequestLabels.Reach(details)}",
            $"Language: {RequestLabels.Language(details)}",
            details.Access is null ? null : $"Language or access needs: {details.Access}",
            $"Seen before: {details.SeenBefore switch { true => "yes", false => "no", null => "not answered" }}",
            $"Clinic: {clinic?.Name ?? request.ClinicSlug}, {VisitLabels.Name(request.Visit).ToLowerInvariant()}",
            $"Body area: {RequestLabels.Area(details, site)}",
            $"Preferred times: {PreferredTime.Describe(details.PreferredTimes, site)}",
            request.AgreedUtc is { } agreed ? $"Agreed time: {StaffTime.Text(clinic, agreed, request.ChangedUtc)}" : null,
            details.Note is null ? null : $"Note of the patient: {details.Note}",
            $"Request: {request.Reference}, received {StaffTime.Text(clinic, request.ReceivedUtc, request.ChangedUtc)}",
        ];
        return string.Join('\n', lines.OfType<string>());
    }
}
