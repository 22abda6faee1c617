using PhysioSite.Features.Appointments;
using PhysioSite.Features.Appointments.History;
using PhysioSite.Features.Staff.Shared;

namespace PhysioSite.Features.Staff.Requests.Workflow;

/// <summary>Messages for staff about the result of a change.</summary>
public static class ChangeResultTexts
{
    public const string Released = "Released: the clinic and the patient are being emailed now";

    public const string NoAddress = "The patient gave no email address, so please tell them yourself";

    public const string ReleasedWithoutAddress = "Released: the clinic is being emailed now. The patient gave no email address";

    public const string ReleasedWithoutPatient = $"Released: the clinic is being emailed now. {PatientNotWrittenTo}";

    public const string PatientNotWrittenTo = "The patient was not emailed: their private link cannot be read";

    public const string Unreadable =
        "What the sender told us cannot be read, so there is nothing to give to the clinic. Ask the person who runs this site to check the "
        + "encryption keys";

    public const string ClinicRemoved =
        "The website no longer has this clinic, so there is nobody to write to. Ask whoever edits the website to put it back, or to name "
        + "the clinic that took its place";

    /// <param name="request">The request in its current state, with its history, newest first.</param>
    public static string Refusal(ChangeResult result, AppointmentRequest request) => result switch
    {
        ChangeResult.Unreadable => $"{Unreadable}.",
        ChangeResult.NotStored => $"{ExpiredForm.NotStored}.",
        ChangeResult.ClinicRemoved => $"{ClinicRemoved}.",
        ChangeResult.Held => "This request is held as possible spam. Release it first, if it is from a patient.",
        ChangeResult.TooLateToUndo =>
            "An action can be undone for ten seconds. They have passed, so nothing was changed. Use the forms below instead.",
        ChangeResult.RetentionHold => "The request has a retention hold. Press \"Remove the hold\" first.",
        _ => ChangedMeanwhile(request),
    };

    private static string ChangedMeanwhile(AppointmentRequest request)
    {
        var last = request.History.FirstOrDefault(happened => happened.Kind is not (RequestEventKind.Viewed or RequestEventKind.Escalated));
        var who = last?.By ?? (last?.Kind == RequestEventKind.Erased ? "The site" : "The patient");
        var what = RequestLabels.Event(last?.Kind ?? RequestEventKind.Note).ToLowerInvariant();
        return $"{who} changed this request while you had it open: {what}. Your change was not made. "
            + "Look at what is new, and make it again if it still fits.";
    }
}
