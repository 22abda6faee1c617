using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using PhysioSite.Content.Model;
using PhysioSite.Features.Appointments;
using PhysioSite.Features.Appointments.History;
using PhysioSite.Features.Staff.Accounts.SignIn;
using PhysioSite.Features.Staff.Requests.Listing;
using PhysioSite.Features.Staff.Requests.Workflow;
using PhysioSite.Features.Staff.Shared;

namespace PhysioSite.Features.Staff.Requests;

/// <summary>Lists the requests of the user's clinics in tabs, and changes requests from their rows.</summary>
public sealed class QueueModel(
    QueueReader queue, RequestWorkflow workflow, StaffScope scope, DeskNotices notices, UndoTokens undos) : PageModel
{
    /// <summary>The filter, from the URL of the page and of its forms.</summary>
    [FromQuery(Name = "clinic")]
    public string? ClinicSlug { get; set; }

    [FromQuery]
    public string? Language { get; set; }

    [FromQuery]
    public string? State { get; set; }

    public IReadOnlyList<Clinic> Clinics { get; private set; } = [];

    public IReadOnlyList<Localization.Language> Languages { get; } = [.. queue.Languages];

    public IReadOnlyList<string> Notices { get; private set; } = [];

    public QueuePage List { get; private set; } = null!;

    /// <summary>A page that updates itself in the background does not use it up.</summary>
    public string? UndoToken => (BackgroundRequest.Is(HttpContext) ? TempData.Peek("undo") : TempData["undo"]) as string;

    public async Task OnGetAsync([FromQuery] int? page, CancellationToken cancellationToken)
    {
        Clinics = await scope.ClinicsAsync(cancellationToken);
        List = await queue.ReadAsync(QueueFilter.Read(ClinicSlug, Language, State, page), cancellationToken);
        Notices = await notices.ReadAsync(cancellationToken);
    }

    /// <param name="row">The reference and the version of the request that the row showed.</param>
    public Task<IActionResult> OnPostClaimAsync(
        [FromForm] string? row, [FromQuery] int? page, CancellationToken cancellationToken) =>
        ChangeAsync(
            row,
            page,
            "claimed",
            (reference, version) => workflow.ProcessAsync(
                reference, version, (request, by, now) => request.Claim(by, null, now), cancellationToken),
            cancellationToken);

    public Task<IActionResult> OnPostNoAnswerAsync(
        [FromForm] string? row, [FromQuery] int? page, CancellationToken cancellationToken) =>
        ChangeAsync(
            row,
            page,
            "no answer recorded",
            (reference, version) => workflow.RecordCallAsync(
                reference, version, CallResult.NoAnswer, NextTry.NextDay, null, cancellationToken),
            cancellationToken);

    /// <param name="reference">The requests that are selected in the list of held requests.</param>
    public Task<IActionResult> OnPostReleaseAsync(
        [FromForm] string[] reference, [FromQuery] int? page, CancellationToken cancellationToken) =>
        ChangeHeldAsync(reference, page, HeldTexts.Released, workflow.ReleaseAsync, cancellationToken);

    public Task<IActionResult> OnPostCloseAsync(
        [FromForm] string[] reference, [FromQuery] int? page, CancellationToken cancellationToken) =>
        ChangeHeldAsync(reference, page, HeldTexts.Closed, workflow.CloseHeldAsync, cancellationToken);

    private async Task<IActionResult> ChangeAsync(
        string? row, int? page, string done, Func<string, int, Task<ChangeResult>> change, CancellationToken cancellationToken)
    {
        if (row?.Split(':') is not [var reference, var number] || !int.TryParse(number, out var version))
        {
            return NotFound();
        }

        var result = await change(reference, version);
        if (result == ChangeResult.NotFound || await workflow.FindAsync(reference, cancellationToken) is not { } request)
        {
            return NotFound();
        }

        if (result == ChangeResult.NotStored)
        {
            return ExpiredForm.Show(HttpContext, StatusCodes.Status503ServiceUnavailable);
        }

        var (kind, text) = result == ChangeResult.Done
            ? ("done", $"{request.Reference}: {done}")
            : ("problem", $"{request.Reference}: {ChangeResultTexts.Refusal(result, request)}");
        TempData[kind] = text;
        TempData["undo"] = workflow.LastStep is { } step ? undos.Write(step) : null;
        return Back(page, request.Reference);
    }

    /// <summary>Changes each selected request. One that cannot be changed does not prevent the others.</summary>
    private async Task<IActionResult> ChangeHeldAsync(
        string[] references,
        int? page,
        Func<ChangeResult, IReadOnlyList<string>, string> describe,
        Func<string, CancellationToken, Task<ChangeResult>> change,
        CancellationToken cancellationToken)
    {
        if (references.Length == 0)
        {
            TempData["problem"] = "Nothing was changed. Check the boxes of the requests first.";
            return Back(page, null);
        }

        var results = new List<(ChangeResult Result, string Reference)>();
        foreach (var reference in references.Take(QueuePage.Size).Distinct())
        {
            results.Add((await change(reference, cancellationToken), reference));
        }

        if (results.All(each => each.Result == ChangeResult.NotFound))
        {
            return NotFound();
        }

        if (results.All(each => each.Result is ChangeResult.NotStored))
        {
            return ExpiredForm.Show(HttpContext, StatusCodes.Status503ServiceUnavailable);
        }

        foreach (var group in results.Where(each => each.Result != ChangeResult.NotFound).GroupBy(
            each => each.Result is ChangeResult.Done or ChangeResult.NoAddress))
        {
            TempData[group.Key ? "done" : "problem"] = string.Join(
                ". ", group.GroupBy(each => each.Result).Select(same => describe(same.Key, [.. same.Select(each => each.Reference)])));
        }

        return Back(page, null);
    }

    /// <summary>Returns to the list, at the row if it is still there.</summary>
    private LocalRedirectResult Back(int? page, string? reference) => LocalRedirect(
        QueueFilter.Read(ClinicSlug, Language, State, page).Address() + (reference is null ? "" : $"#request-{reference}"));
}
