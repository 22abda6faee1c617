using FluentValidation;
using Microsoft.AspNetCore.Mvc;
using PhysioSite.Content;
using PhysioSite.Features.Appointments;
using PhysioSite.Features.Appointments.History;
using PhysioSite.Features.Staff.Requests.Details;
using PhysioSite.Features.Staff.Requests.Workflow;
using PhysioSite.Features.Staff.Shared;

namespace PhysioSite.Features.Staff.Requests;

/// <summary>Shows one request: everything the patient wrote, its history, and one form for each action.</summary>
public sealed class RequestModel(
    RequestWorkflow workflow,
    RequestContext context,
    ContentLibrary library,
    IValidator<RequestChangeForm> validator,
    UndoTokens undos,
    StaffScope scope,
    TimeProvider time)
    : RequestPageModel(workflow, context, library, validator, undos)
{
    public DateTime Now { get; } = time.GetUtcNow().UtcDateTime;

    public bool HasAppointmentAhead => AppointmentRequest.HasAppointmentAhead(Now);

    public bool ClaimedByMe => AppointmentRequest.ClaimedById == scope.Actor.Id;

    /// <summary>The action whose form was submitted with an error. Empty when the page was opened.</summary>
    public string Submitted => (string?)RouteData.Values["handler"] ?? Request.Query["handler"].ToString();

    /// <summary>
    /// The action whose form shows the note that was typed: the submitted one or, if the request no longer allows it, that of a note alone.
    /// </summary>
    public string NoteForm => IsOffered(Submitted) ? Submitted : "Note";

    private bool IsOffered(string action) => action switch
    {
        "Claim" or "NoAnswer" or "Schedule" or "Close" or "Spam" => AppointmentRequest.CanBeProcessed,
        "ReleaseClaim" => AppointmentRequest is { CanBeProcessed: true, ClaimedById: not null },
        "Unschedule" => AppointmentRequest.State == RequestState.Scheduled,
        "Transfer" => AppointmentRequest.CanBeProcessed,
        "Release" => AppointmentRequest.IsHeld,
        "CorrectOutcome" => AppointmentRequest is { State: RequestState.Closed, IsErased: false },
        "Reopen" => AppointmentRequest.CanBeReopened,
        "Acknowledge" => AppointmentRequest.UnacknowledgedUtc is not null,
        "Contact" => AppointmentRequest is { IsErased: false, Details.IsReadable: true },
        _ => false,
    };

    public async Task<IActionResult> OnGetAsync([FromRoute] string reference, CancellationToken cancellationToken)
    {
        if (await Workflow.ViewAsync(reference, cancellationToken) is not { } request)
        {
            return await Workflow.FindTransferAsync(reference, cancellationToken) is { } transfer
                ? RedirectToPage("/Staff/Requests/Transferred", new { reference = transfer.Reference })
                : NotFound();
        }

        AppointmentRequest = request;
        Form.Version = request.Version;
        await LoadContextAsync(cancellationToken);
        return Page();
    }

    public Task<IActionResult> OnPostClaimAsync([FromRoute] string reference, CancellationToken cancellationToken) => ProcessAsync(
        reference,
        null,
        "Claimed",
        (request, by, now) => request.Claim(by, Form.NoteText, now),
        cancellationToken,
        canUndo: true);

    public Task<IActionResult> OnPostUndoAsync([FromRoute] string reference, CancellationToken cancellationToken) => ChangeAsync(
        reference,
        null,
        "Undone",
        () => Workflow.UndoAsync(reference, Form.Version, Undos.Read(Form.Undo), cancellationToken),
        cancellationToken);

    public Task<IActionResult> OnPostReleaseClaimAsync([FromRoute] string reference, CancellationToken cancellationToken) => ChangeAsync(
        reference,
        null,
        "Claim released",
        () => Workflow.ReleaseClaimAsync(reference, Form.Version, Form.NoteText, cancellationToken),
        cancellationToken);

    /// <summary>Records a call with any result. The name is from a time when there was only one result.</summary>
    public Task<IActionResult> OnPostNoAnswerAsync([FromRoute] string reference, CancellationToken cancellationToken) => ChangeAsync(
        reference,
        RequestChangeFormValidator.Call,
        $"{RequestLabels.Result(Form.CallResult ?? default)} recorded",
        () => Workflow.RecordCallAsync(
            reference, Form.Version, Form.CallResult!.Value, Form.ChosenTry!.Value, Form.NoteText, cancellationToken),
        cancellationToken,
        canUndo: true);

    public Task<IActionResult> OnPostScheduleAsync([FromRoute] string reference, CancellationToken cancellationToken) => ChangeAsync(
        reference,
        RequestChangeFormValidator.Schedule,
        Form.AgreedUtc <= Now ? "Recorded. The patient gets no email about a time that has passed" : "Scheduled",
        () => Workflow.ScheduleAsync(reference, Form.Version, Form.AgreedUtc!.Value, Form.NoteText, cancellationToken),
        cancellationToken,
        tellsPatient: () => Form.AgreedUtc > Now);

    public Task<IActionResult> OnPostUnscheduleAsync([FromRoute] string reference, CancellationToken cancellationToken) => ChangeAsync(
        reference,
        null,
        "Agreed time dropped",
        () => Workflow.UnscheduleAsync(reference, Form.Version, Form.NoteText, cancellationToken),
        cancellationToken,
        tellsPatient: () => HasAppointmentAhead);

    public Task<IActionResult> OnPostCloseAsync([FromRoute] string reference, CancellationToken cancellationToken) => ProcessAsync(
        reference,
        RequestChangeFormValidator.Close,
        "Closed",
        (request, by, now) => request.Close(by, Form.ChosenOutcome!.Value, Form.NoteText, now),
        cancellationToken,
        canUndo: true,
        tellsPatient: () => HasAppointmentAhead && Form.ChosenOutcome != RequestOutcome.AppointmentMade);

    public Task<IActionResult> OnPostCorrectOutcomeAsync([FromRoute] string reference, CancellationToken cancellationToken) => ChangeAsync(
        reference,
        RequestChangeFormValidator.Close,
        "Outcome corrected",
        () => Workflow.CorrectOutcomeAsync(reference, Form.Version, Form.ChosenOutcome!.Value, Form.NoteText, cancellationToken),
        cancellationToken,
        tellsPatient: () => HasAppointmentAhead && Form.ChosenOutcome != RequestOutcome.AppointmentMade);

    public Task<IActionResult> OnPostReopenAsync([FromRoute] string reference, CancellationToken cancellationToken) => ChangeAsync(
        reference,
        null,
        "Reopened",
        () => Workflow.ReopenAsync(reference, Form.Version, Form.NoteText, cancellationToken),
        cancellationToken);

    public Task<IActionResult> OnPostAcknowledgeAsync([FromRoute] string reference, CancellationToken cancellationToken) => ChangeAsync(
        reference,
        null,
        "Marked as seen",
        () => Workflow.AcknowledgeAsync(reference, Form.Version, Form.NoteText, cancellationToken),
        cancellationToken);

    public Task<IActionResult> OnPostNoteAsync([FromRoute] string reference, CancellationToken cancellationToken) => ChangeAsync(
        reference,
        RequestChangeFormValidator.AddNote,
        "Note added",
        () => Workflow.AnnotateAsync(
            reference, Form.Version, (request, by, now) => request.AddNote(by, Form.NoteText!, now), cancellationToken),
        cancellationToken);

    public Task<IActionResult> OnPostReleaseAsync([FromRoute] string reference, CancellationToken cancellationToken) => ChangeAsync(
        reference,
        null,
        ChangeResultTexts.Released,
        () => Workflow.ReleaseAsync(reference, Form.NoteText, cancellationToken),
        cancellationToken);

    public Task<IActionResult> OnPostSpamAsync([FromRoute] string reference, CancellationToken cancellationToken) => ProcessAsync(
        reference,
        RequestChangeFormValidator.Reason,
        "Held as possible spam",
        (request, by, now) => request.MarkAsSpam(by, Form.NoteText!, now),
        cancellationToken,
        tellsPatient: () => HasAppointmentAhead);

    public Task<IActionResult> OnPostContactAsync([FromRoute] string reference, CancellationToken cancellationToken) => ChangeAsync(
        reference,
        RequestChangeFormValidator.Contact,
        "Contact corrected",
        () => Workflow.CorrectContactAsync(
            reference, Form.Version, Form.ParsedPhone?.Stored, Form.EmailText, Form.NoteText, cancellationToken),
        cancellationToken);

    public Task<IActionResult> OnPostTransferAsync([FromRoute] string reference, CancellationToken cancellationToken) => ChangeAsync(
        reference,
        RequestChangeFormValidator.Transfer,
        $"Transferred to {SiteContent.FindClinic(Form.To)?.Name}",
        () => Workflow.TransferAsync(reference, Form.Version, Form.Target!, Form.NoteText!, cancellationToken),
        cancellationToken,
        tellsPatient: () => true);

    private Task<IActionResult> ProcessAsync(
        string reference,
        string? rules,
        string done,
        Action<AppointmentRequest, StaffActor, DateTime> change,
        CancellationToken cancellationToken,
        bool canUndo = false,
        Func<bool>? tellsPatient = null) =>
        ChangeAsync(
            reference,
            rules,
            done,
            () => Workflow.ProcessAsync(reference, Form.Version, change, cancellationToken),
            cancellationToken,
            canUndo,
            tellsPatient);
}
