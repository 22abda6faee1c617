using System.Globalization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.Extensions.Options;
using PhysioSite.Content;
using PhysioSite.Features.Appointments;
using PhysioSite.Text;

namespace PhysioSite.Features.Staff;

/// <summary>One request: all that the patient wrote, what happened, and what to record.</summary>
public sealed class RequestModel(
    StaffDesk desk, ErasureDesk erasure, StaffScope scope, ContentLibrary library, IOptions<RetentionOptions> retention, TimeProvider time) : PageModel
{
    private const int LongestNote = 1000;
    private const int LongestReason = 200;

    public SiteContent Library { get; } = library.Current;

    public AppointmentRequest Patient { get; private set; } = null!;

    /// <summary>Null when the clinic is no longer part of the content.</summary>
    public Clinic? Clinic => Library.FindClinic(Patient.ClinicSlug);

    public DateTime Now { get; } = time.GetUtcNow().UtcDateTime;

    [BindProperty]
    public int Version { get; set; }

    [BindProperty]
    public string? Note { get; set; }

    /// <summary>On the clinic's clock, as a datetime-local field sends it.</summary>
    [BindProperty]
    public string? Agreed { get; set; }

    [BindProperty]
    public string? Outcome { get; set; }

    /// <summary>Why it must not be erased.</summary>
    [BindProperty]
    public string? Reason { get; set; }

    /// <summary>Erasing cannot be taken back.</summary>
    [BindProperty]
    public bool Sure { get; set; }

    public bool MayErase => erasure.IsOpen;

    public int ClosedDays => retention.Value.ClosedDays;

    /// <summary>What to do about a refused change, and the id of the field it is about.</summary>
    public (string Field, string Message)? Error { get; private set; }

    public string? ErrorOf(string field) => Error is { } error && error.Field == field ? error.Message : null;

    public bool ClaimedByMe => Patient.ClaimedById == scope.Actor.Id;

    public async Task<IActionResult> OnGetAsync(string reference, CancellationToken cancellationToken)
    {
        if (await desk.ViewAsync(reference, cancellationToken) is not { } request)
        {
            return NotFound();
        }

        Patient = request;
        Version = request.Version;
        return Page();
    }

    public Task<IActionResult> OnPostClaimAsync(string reference, CancellationToken cancellationToken) =>
        ChangeAsync(reference, "Claimed", (request, by, now) => request.Claim(by, now), cancellationToken);

    public Task<IActionResult> OnPostNoAnswerAsync(string reference, CancellationToken cancellationToken) =>
        ChangeAsync(reference, "No answer recorded", (request, by, now) => request.RecordNoAnswer(by, Clean(Note), now), cancellationToken);

    public async Task<IActionResult> OnPostScheduleAsync(string reference, CancellationToken cancellationToken)
    {
        if (await desk.FindAsync(reference, cancellationToken) is not { } request)
        {
            return NotFound();
        }

        Patient = request;
        if (!DateTime.TryParseExact(Agreed, "yyyy-MM-dd'T'HH:mm", CultureInfo.InvariantCulture, DateTimeStyles.None, out var local))
        {
            return Refuse("agreed", "Enter the agreed day and time");
        }

        // At the ends of the calendar another zone's time cannot be told.
        var agreed = local.Year is 1 or 9999 ? local : Clinic?.ToUtc(local) ?? DateTime.SpecifyKind(local, DateTimeKind.Utc);
        return agreed < Now || agreed > Now.AddYears(1)
            ? Refuse("agreed", "Enter a time in the next twelve months")
            : await ChangeAsync(reference, "Scheduled", (found, by, now) => found.Schedule(by, agreed, Clean(Note), now), cancellationToken);
    }

    public async Task<IActionResult> OnPostCloseAsync(string reference, CancellationToken cancellationToken)
    {
        if (await desk.FindAsync(reference, cancellationToken) is not { } request)
        {
            return NotFound();
        }

        Patient = request;
        return Enum.TryParse<RequestOutcome>(Outcome, out var outcome) && Enum.IsDefined(outcome)
            ? await ChangeAsync(reference, "Closed", (found, by, now) => found.Close(by, outcome, Clean(Note), now), cancellationToken)
            : Refuse("outcome", "Choose what came of it");
    }

    public async Task<IActionResult> OnPostNoteAsync(string reference, CancellationToken cancellationToken)
    {
        if (await desk.FindAsync(reference, cancellationToken) is not { } request)
        {
            return NotFound();
        }

        Patient = request;
        return Clean(Note) is { } note
            ? await ChangeAsync(reference, "Note added", (found, by, now) => found.AddNote(by, note, now), cancellationToken, openOnly: false)
            : Refuse("note", "Write a note");
    }

    public async Task<IActionResult> OnPostReleaseAsync(string reference, CancellationToken cancellationToken) =>
        await AnswerAsync(reference, "Released: the clinic and the patient are written to now", await desk.ReleaseAsync(reference, cancellationToken), cancellationToken);

    public async Task<IActionResult> OnPostKeepAsync(string reference, CancellationToken cancellationToken)
    {
        if (await desk.FindAsync(reference, cancellationToken) is not { } request)
        {
            return NotFound();
        }

        Patient = request;
        return TypedText.OneLine(Reason) is { Length: <= LongestReason } reason
            ? await ChangeAsync(reference, "Kept from erasure", (found, by, now) => found.Keep(by, reason, now), cancellationToken, openOnly: false)
            : Refuse("reason", $"Write why it must be kept, in at most {LongestReason} characters");
    }

    public Task<IActionResult> OnPostKeepNoLongerAsync(string reference, CancellationToken cancellationToken) =>
        ChangeAsync(reference, "Kept no longer", (found, by, now) => found.KeepNoLonger(by, now), cancellationToken, openOnly: false);

    public async Task<IActionResult> OnPostEraseAsync(string reference, CancellationToken cancellationToken)
    {
        if (!MayErase || await desk.FindAsync(reference, cancellationToken) is not { } request)
        {
            return NotFound();
        }

        Patient = request;
        return request.KeepReason is not null ? Refuse("", "The request is kept from erasure. Press \"Keep no longer\" first.")
            : !Sure ? Refuse("sure", "Tick the box if what the patient told us is to be erased for good")
            : await AnswerAsync(reference, "Erased", await erasure.EraseAsync(reference, Version, cancellationToken), cancellationToken);
    }

    private async Task<IActionResult> ChangeAsync(
        string reference, string done, Action<AppointmentRequest, StaffActor, DateTime> change, CancellationToken cancellationToken, bool openOnly = true)
    {
        var note = Clean(Note);
        if (note?.Length > LongestNote || !TypedText.IsReadable(note))
        {
            return await desk.FindAsync(reference, cancellationToken) is { } found
                ? Refuse(found, "note", note?.Length > LongestNote
                    ? $"Shorten the note to {LongestNote} characters; it has {note.Length}"
                    : "Type the note again by hand: it has hidden or unreadable characters, perhaps from copying")
                : NotFound();
        }

        return await AnswerAsync(reference, done, await desk.ChangeAsync(reference, Version, openOnly, change, cancellationToken), cancellationToken);
    }

    private async Task<IActionResult> AnswerAsync(string reference, string done, DeskResult result, CancellationToken cancellationToken)
    {
        switch (result)
        {
            case DeskResult.Done:
                TempData["done"] = done;
                return RedirectToPage(new { reference });

            case DeskResult.PatientNotWrittenTo:
                TempData["done"] = $"Released: the clinic is written to now. {DeskResults.PatientNotWrittenTo}";
                return RedirectToPage(new { reference });

            case DeskResult.Unreadable when await desk.FindAsync(reference, cancellationToken) is { } request:
                return Refuse(request, "", $"{DeskResults.Unreadable}.", StatusCodes.Status409Conflict);

            case DeskResult.ChangedMeanwhile when await desk.FindAsync(reference, cancellationToken) is { } request:
                var last = request.History.FirstOrDefault(happened => happened.Kind is not (RequestEventKind.Viewed or RequestEventKind.Escalated));
                Version = request.Version;
                ModelState.Clear();
                Response.StatusCode = StatusCodes.Status409Conflict;
                return Refuse(request, "", $"{last?.By ?? (last?.Kind == RequestEventKind.Erased ? "The site" : "The patient")} changed this request while you had it open: {RequestWords.Event(last?.Kind ?? RequestEventKind.Note).ToLowerInvariant()}. Your change was not made. Look at what is new, and make it again if it still fits.", StatusCodes.Status409Conflict);

            case DeskResult.Held when await desk.FindAsync(reference, cancellationToken) is { } request:
                return Refuse(request, "", "This request is held as possible spam. Release it first, if it is from a patient.", StatusCodes.Status409Conflict);

            default:
                return NotFound();
        }
    }

    private PageResult Refuse(string field, string message) => Refuse(Patient, field, message);

    private PageResult Refuse(AppointmentRequest request, string field, string message, int status = StatusCodes.Status400BadRequest)
    {
        Patient = request;
        Error = (field, message);
        Response.StatusCode = status;
        return Page();
    }

    private static string? Clean(string? text) => TypedText.Lines(text);
}
