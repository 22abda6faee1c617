using PhysioSite.Features.Appointments;
using PhysioSite.Features.Staff.Requests.Workflow;
using PhysioSite.Features.Staff.Shared;

namespace PhysioSite.Features.Staff.Requests.Listing;

/// <summary>Messages for staff about a change of one or several held requests.</summary>
internal static class HeldTexts
{
    public static string Released(ChangeResult result, IReadOnlyList<string> references) => result switch
    {
        ChangeResult.Done => $"{List(references)} released: the clinic and the patient are being emailed now",
        ChangeResult.NoAddress =>
            $"{List(references)} released: the clinic is being emailed now. "
            + (references.Count == 1 ? "The patient gave no email address" : "The patients gave no email addresses"),
        ChangeResult.PatientNotWrittenTo =>
            $"{List(references)} released: the clinic is being emailed now. {ChangeResultTexts.PatientNotWrittenTo}",
        _ => Refused(result, references, "released"),
    };

    public static string Closed(ChangeResult result, IReadOnlyList<string> references) => result switch
    {
        ChangeResult.Done => $"{List(references)} closed as spam. Nobody was emailed",
        _ => Refused(result, references, "closed"),
    };

    private static string Refused(ChangeResult result, IReadOnlyList<string> references, string done)
    {
        var (list, are, were) = (List(references), references.Count == 1 ? "is" : "are", references.Count == 1 ? "was" : "were");
        return result switch
        {
            ChangeResult.ClinicRemoved => $"{list} {were} not {done}. {ChangeResultTexts.ClinicRemoved}",
            ChangeResult.Unreadable => $"{list} {were} not {done}. {ChangeResultTexts.Unreadable}",
            ChangeResult.NotStored => $"{list} {were} not {done}. {ExpiredForm.NotStored}",
            _ => $"{list} {are} held no longer: someone was faster",
        };
    }

    private static string List(IReadOnlyList<string> references) => string.Join(", ", references);
}
