using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.Extensions.Options;
using PhysioSite.Content;
using PhysioSite.Content.Model;
using PhysioSite.Features.Appointments.Calendar;
using PhysioSite.Features.Shared;
using PhysioSite.Text;
using PhysioSite.Web;
using static PhysioSite.Localization.Texts;

namespace PhysioSite.Features.Appointments.Patient;

/// <summary>The patient's private page. A GET request changes nothing, because email scanners also open links.</summary>
public sealed class StatusModel(
    ContentLibrary library,
    AppointmentService appointments,
    SiteLinks links,
    IOptions<AppointmentOptions> options,
    PostLimit limit,
    TimeProvider time) : PageModel
{
    private const int LongestCallTimes = 100;

    public SiteContent SiteContent { get; } = library.Current;

    public AppointmentRequest AppointmentRequest { get; private set; } = null!;

    public RequestClinic Clinic { get; private set; } = null!;

    public string Token { get; private set; } = "";

    public DateTime Now { get; } = time.GetUtcNow().UtcDateTime;

    /// <summary>Ids of <see cref="PreferredTime"/> as posted.</summary>
    [BindProperty]
    [FromForm(Name = "wishes")]
    public string?[]? PreferredTimes { get; set; }

    [BindProperty]
    [FromForm(Name = "call-times")]
    public string? CallTimes { get; set; }

    public async Task<IActionResult> OnGetAsync([FromRoute] string token, CancellationToken cancellationToken) =>
        await LoadAsync(token, cancellationToken) ? Page() : NotFound();

    /// <summary>The agreed time as a calendar file.</summary>
    public async Task<IActionResult> OnGetCalendarAsync([FromRoute] string token, CancellationToken cancellationToken)
    {
        if (!await LoadAsync(token, cancellationToken) || !AppointmentRequest.HasAppointmentAhead(Now) || Clinic.Known is not { } clinic)
        {
            return NotFound();
        }

        var calendar = new AppointmentCalendar(
            AppointmentRequest.Id,
            AppointmentRequest.CalendarSequence,
            AppointmentRequest.AgreedUtc!.Value,
            options.Value.VisitLength,
            AppointmentRequest.Visit,
            clinic,
            SiteContent.Site.ShortName,
            links.RequestStatus(SiteContent.Language, token));
        var file = calendar.Write(AppointmentCalendar.Publish, null, AppointmentRequest.ChangedUtc);
        return File(System.Text.Encoding.UTF8.GetBytes(file.Text), "text/calendar; charset=utf-8", "appointment.ics");
    }

    /// <summary>What the patient told us and what happened, as a file for their own use.</summary>
    public async Task<IActionResult> OnGetDataAsync([FromRoute] string token, CancellationToken cancellationToken) =>
        await LoadAsync(token, cancellationToken) && AppointmentRequest.Details.Value is { } details
            ? File(
                PatientData.Write(AppointmentRequest, details, Clinic, Now),
                "application/json; charset=utf-8",
                $"request-{AppointmentRequest.Reference}.json")
            : NotFound();

    public Task<IActionResult> OnPostWithdrawAsync([FromRoute] string token, CancellationToken cancellationToken) => ChangeAsync(
        token,
        () => appointments.WithdrawAsync(AppointmentRequest, cancellationToken),
        null,
        () => Localize($"We could not store that, so your request is not withdrawn. Please try again in a minute, or call {Clinic.Phone}."),
        cancellationToken);

    public Task<IActionResult> OnPostNotCalledAsync([FromRoute] string token, CancellationToken cancellationToken) => ChangeAsync(
        token,
        () => appointments.ReportNoCallAsync(AppointmentRequest, cancellationToken),
        () => Localize($"Thank you. We are letting the people in charge know now."),
        NotStored,
        cancellationToken);

    public async Task<IActionResult> OnPostTimesAsync([FromRoute] string token, CancellationToken cancellationToken)
    {
        var site = SiteContent.Site;
        string[] chosen = [.. (PreferredTimes ?? []).OfType<string>().Where(id => id is not ("" or PreferredTime.Any)).Distinct()];
        if (chosen.Length > PreferredTime.Most || !chosen.All(id => PreferredTime.Choices(site).Any(choice => choice.Id == id)))
        {
            ModelState.AddModelError("wishes", Localize($"Choose times from the lists"));
        }

        var callTimes = UserText.OneLine(CallTimes);
        if (callTimes?.Length > LongestCallTimes || !UserText.IsReadable(callTimes))
        {
            ModelState.AddModelError(
                "call-times", Localize($"Say when a call suits you in plain letters, with {LongestCallTimes} characters or fewer"));
        }

        return ModelState.ErrorCount > 0
            ? await LoadAsync(token, cancellationToken) ? Page() : NotFound()
            : await ChangeAsync(
                token,
                () => appointments.ChangeTimesAsync(AppointmentRequest, chosen, callTimes, library.English.Site, cancellationToken),
                () => Localize($"Saved. The clinic sees your times."),
                NotStored,
                cancellationToken);
    }

    private string NotStored() => Localize($"We could not store that. Please try again in a minute, or call {Clinic.Phone}.");

    /// <param name="done">What is shown after the change. Null for the new state of the page only.</param>
    /// <param name="problem">What is shown when nothing could be stored.</param>
    private async Task<IActionResult> ChangeAsync(
        string token, Func<Task<ChangeResult>> change, Func<string>? done, Func<string> problem, CancellationToken cancellationToken)
    {
        if (await limit.RefusesPublicPostAsync(HttpContext, "change"))
        {
            return StatusCode(StatusCodes.Status429TooManyRequests);
        }

        if (!await LoadAsync(token, cancellationToken))
        {
            return NotFound();
        }

        var result = await change();
        if (result != ChangeResult.NotStored)
        {
            if (result == ChangeResult.Done && done is not null)
            {
                TempData["told"] = done();
            }

            return RedirectToPage(new { token, handler = (string?)null });
        }

        ModelState.AddModelError("", problem());
        Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
        return await LoadAsync(token, cancellationToken) ? Page() : NotFound();
    }

    private async Task<bool> LoadAsync(string token, CancellationToken cancellationToken)
    {
        if (await appointments.FindByTokenAsync(token, cancellationToken) is not { } request)
        {
            return false;
        }

        (AppointmentRequest, Clinic, Token) = (request, new RequestClinic(request, SiteContent), token);
        return true;
    }
}
