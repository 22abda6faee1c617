using FluentValidation;
using Microsoft.AspNetCore.Mvc;
using PhysioSite.Content;
using PhysioSite.Features.Appointments;
using PhysioSite.Features.Staff.Shared;

namespace PhysioSite.Features.Staff.Requests;

/// <summary>Shows one request: everything the patient wrote, its history, and the forms to process it.</summary>
public sealed class RequestModel(
    RequestWorkflow workflow, ContentLibrary library, IValidator<RequestChangeForm> validator, StaffScope scope, TimeProvider time)
    : RequestPageModel(workflow, library, validator)
{
    public DateTime Now { get; } = time.GetUtcNow().UtcDateTime;

    public bool ClaimedByMe => AppointmentRequest.ClaimedById == scope.Actor.Id;

    public async Task<IActionResult> OnGetAsync([FromRoute] string reference, CancellationToken cancellationToken)
    {
        if (await Workflow.ViewAsync(reference, cancellationToken) is not { } request)
        {
            return NotFound();
        }

        AppointmentRequest = request;
        Form.Version = request.Version;
        return Page();
    }

    public Task<IActionResult> OnPostClaimAsync([FromRoute] string reference, CancellationToken cancellationToken) =>
        ProcessAsync(reference, null, "Claimed", (request, by, now) => request.Claim(by, now), cancellationToken);

    public Task<IActionResult> OnPostNoAnswerAsync([FromRoute] string reference, CancellationToken cancellationToken) =>
        ProcessAsync(
            reference,
            null,
            "No answer recorded",
            (request, by, now) => request.RecordNoAnswer(by, Form.NoteText, now),
            cancellationToken);

    public Task<IActionResult> OnPostScheduleAsync([FromRoute] string reference, CancellationToken cancellationToken) =>
        ProcessAsync(
            reference,
            RequestChangeFormValidator.Schedule,
            "Scheduled",
            (request, by, now) => request.Schedule(by, Form.AgreedUtc!.Value, Form.NoteText, now),
            cancellationToken);

    public Task<IActionResult> OnPostCloseAsync([FromRoute] string reference, CancellationToken cancellationToken) =>
        ProcessAsync(
            reference,
            RequestChangeFormValidator.Close,
            "Closed",
            (request, by, now) => request.Close(by, Form.ChosenOutcome!.Value, Form.NoteText, now),
            cancellationToken);

    public Task<IActionResult> OnPostNoteAsync([FromRoute] string reference, CancellationToken cancellationToken) =>
        ChangeAsync(
            reference,
            RequestChangeFormValidator.AddNote,
            "Note added",
            () => Workflow.AnnotateAsync(
                reference, Form.Version, (request, by, now) => request.AddNote(by, Form.NoteText!, now), cancellationToken),
            cancellationToken);

    public Task<IActionResult> OnPostReleaseAsync([FromRoute] string reference, CancellationToken cancellationToken) =>
        ChangeAsync(
            reference, null, ChangeResultTexts.Released, () => Workflow.ReleaseAsync(reference, cancellationToken), cancellationToken);

    private Task<IActionResult> ProcessAsync(
        string reference,
        string? rules,
        string done,
        Action<AppointmentRequest, StaffActor, DateTime> change,
        CancellationToken cancellationToken) =>
        ChangeAsync(
            reference,
            rules,
            done,
            () => Workflow.ProcessAsync(reference, Form.Version, change, cancellationToken),
            cancellationToken);
}
