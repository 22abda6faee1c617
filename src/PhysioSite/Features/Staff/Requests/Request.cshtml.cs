using FluentValidation;
using FluentValidation.AspNetCore;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.Extensions.Options;
using PhysioSite.Content;
using PhysioSite.Features.Appointments;
using PhysioSite.Features.Appointments.Jobs;
using PhysioSite.Features.Staff.Shared;

namespace PhysioSite.Features.Staff.Requests;

/// <summary>Shows one request: everything the patient wrote, its history, and the forms to update it.</summary>
public sealed class RequestModel(
    RequestWorkflow desk, RequestErasure erasure, StaffScope scope, ContentLibrary library,
    IValidator<RequestChangeForm> validator, IOptions<RetentionOptions> retention, TimeProvider time) : PageModel
{
    public SiteContent Library { get; } = library.Current;

    public AppointmentRequest Patient { get; private set; } = null!;

    /// <summary>Null when the clinic is no longer in the content.</summary>
    public Clinic? Clinic => Library.FindClinic(Patient.ClinicSlug);

    public DateTime Now { get; } = time.GetUtcNow().UtcDateTime;

    [BindProperty]
    [FromForm(Name = "")]
    public RequestChangeForm Form { get; set; } = new();

    public bool MayErase => erasure.IsOpen;

    public int ClosedDays => retention.Value.ClosedDays;

    public bool ClaimedByMe => Patient.ClaimedById == scope.Actor.Id;

    public async Task<IActionResult> OnGetAsync([FromRoute] string reference, CancellationToken cancellationToken)
    {
        if (await desk.ViewAsync(reference, cancellationToken) is not { } request)
        {
            return NotFound();
        }

        Patient = request;
        Form.Version = request.Version;
        return Page();
    }

    public Task<IActionResult> OnPostClaimAsync([FromRoute] string reference, CancellationToken cancellationToken) =>
        ChangeAsync(reference, null, "Claimed", (request, by, now) => request.Claim(by, now), cancellationToken);

    public Task<IActionResult> OnPostNoAnswerAsync([FromRoute] string reference, CancellationToken cancellationToken) =>
        ChangeAsync(
            reference, null, "No answer recorded", (request, by, now) => request.RecordNoAnswer(by, Form.NoteText, now), cancellationToken);

    public Task<IActionResult> OnPostScheduleAsync([FromRoute] string reference, CancellationToken cancellationToken) =>
        ChangeAsync(
            reference, RequestChangeFormValidator.Schedule, "Scheduled",
            (request, by, now) => request.Schedule(by, Form.AgreedUtc!.Value, Form.NoteText, now), cancellationToken);

    public Task<IActionResult> OnPostCloseAsync([FromRoute] string reference, CancellationToken cancellationToken) =>
        ChangeAsync(
            reference, RequestChangeFormValidator.Close, "Closed",
            (request, by, now) => request.Close(by, Form.ChosenOutcome!.Value, Form.NoteText, now), cancellationToken);

    public Task<IActionResult> OnPostNoteAsync([FromRoute] string reference, CancellationToken cancellationToken) =>
        ChangeAsync(
            reference, RequestChangeFormValidator.AddNote, "Note added",
            (request, by, now) => request.AddNote(by, Form.NoteText!, now), cancellationToken, openOnly: false);

    public async Task<IActionResult> OnPostReleaseAsync([FromRoute] string reference, CancellationToken cancellationToken) =>
        await AnswerAsync(reference, "Released: the clinic and the patient are written to now", await desk.ReleaseAsync(reference, cancellationToken), cancellationToken);

    public Task<IActionResult> OnPostKeepAsync([FromRoute] string reference, CancellationToken cancellationToken) =>
        ChangeAsync(
            reference, RequestChangeFormValidator.Keep, "Kept from erasure",
            (request, by, now) => request.Keep(by, Form.ReasonText!, now), cancellationToken, openOnly: false);

    public Task<IActionResult> OnPostKeepNoLongerAsync([FromRoute] string reference, CancellationToken cancellationToken) =>
        ChangeAsync(
            reference, null, "Kept no longer", (request, by, now) => request.KeepNoLonger(by, now), cancellationToken, openOnly: false);

    public async Task<IActionResult> OnPostEraseAsync([FromRoute] string reference, CancellationToken cancellationToken)
    {
        if (!MayErase || !await IsValidAsync(reference, RequestChangeFormValidator.Erase, cancellationToken))
        {
            return MayErase && Patient is not null ? Page() : NotFound();
        }

        return Patient.KeepReason is not null
            ? Refuse(Patient, "The request is kept from erasure. Press \"Keep no longer\" first.", StatusCodes.Status400BadRequest)
            : await AnswerAsync(reference, "Erased", await erasure.EraseAsync(reference, Form.Version, cancellationToken), cancellationToken);
    }

    /// <param name="rules">The rule set of the button, in addition to the note rules; null for none.</param>
    private async Task<IActionResult> ChangeAsync(
        string reference, string? rules, string done, Action<AppointmentRequest, StaffActor, DateTime> change,
        CancellationToken cancellationToken, bool openOnly = true) =>
        await IsValidAsync(reference, rules, cancellationToken)
            ? await AnswerAsync(reference, done, await desk.ChangeAsync(reference, Form.Version, openOnly, change, cancellationToken), cancellationToken)
            : Patient is null ? NotFound() : Page();

    /// <summary>Loads the request, which stays null if it is not found, and validates the form.</summary>
    private async Task<bool> IsValidAsync(string reference, string? rules, CancellationToken cancellationToken)
    {
        if (await desk.FindAsync(reference, cancellationToken) is not { } request)
        {
            return false;
        }

        Patient = request;
        Form.Clinic = Clinic;
        var result = await validator.ValidateAsync(
            Form,
            options =>
            {
                options.IncludeRulesNotInRuleSet();
                if (rules is not null)
                {
                    options.IncludeRuleSets(rules);
                }
            },
            cancellationToken);
        result.AddToModelState(ModelState);
        return ModelState.ErrorCount == 0;
    }

    private async Task<IActionResult> AnswerAsync(string reference, string done, ChangeResult result, CancellationToken cancellationToken)
    {
        switch (result)
        {
            case ChangeResult.Done:
                TempData["done"] = done;
                return RedirectToPage(new { reference });

            case ChangeResult.PatientNotWrittenTo:
                TempData["done"] = $"Released: the clinic is written to now. {ChangeResults.PatientNotWrittenTo}";
                return RedirectToPage(new { reference });

            case ChangeResult.Unreadable when await desk.FindAsync(reference, cancellationToken) is { } request:
                return Refuse(request, $"{ChangeResults.Unreadable}.", StatusCodes.Status409Conflict);

            case ChangeResult.ChangedMeanwhile when await desk.FindAsync(reference, cancellationToken) is { } request:
                var last = request.History.FirstOrDefault(happened => happened.Kind is not (RequestEventKind.Viewed or RequestEventKind.Escalated));
                Form.Version = request.Version;
                return Refuse(request, $"{last?.By ?? (last?.Kind == RequestEventKind.Erased ? "The site" : "The patient")} changed this request while you had it open: {RequestLabels.Event(last?.Kind ?? RequestEventKind.Note).ToLowerInvariant()}. Your change was not made. Look at what is new, and make it again if it still fits.", StatusCodes.Status409Conflict);

            case ChangeResult.Held when await desk.FindAsync(reference, cancellationToken) is { } request:
                return Refuse(request, "This request is held as possible spam. Release it first, if it is from a patient.", StatusCodes.Status409Conflict);

            default:
                return NotFound();
        }
    }

    private PageResult Refuse(AppointmentRequest request, string message, int status)
    {
        Patient = request;
        ModelState.AddModelError("", message);
        Response.StatusCode = status;
        return Page();
    }
}
