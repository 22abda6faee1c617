using FluentValidation;
using FluentValidation.AspNetCore;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using PhysioSite.Content;
using PhysioSite.Content.Model;
using PhysioSite.Features.Appointments;
using PhysioSite.Features.Staff.Requests.Details;
using PhysioSite.Features.Staff.Requests.Workflow;
using PhysioSite.Features.Staff.Shared;

namespace PhysioSite.Features.Staff.Requests;

/// <summary>A page that changes one request. It validates the input and turns the result of the change into a response.</summary>
public abstract class RequestPageModel(
    RequestWorkflow workflow,
    RequestContext context,
    ContentLibrary library,
    IValidator<RequestChangeForm> validator,
    UndoTokens undos) : PageModel
{
    public SiteContent SiteContent { get; } = library.Current;

    public AppointmentRequest AppointmentRequest { get; protected set; } = null!;

    /// <summary>Null when the clinic is no longer in the content.</summary>
    public Clinic? Clinic => SiteContent.FindClinic(AppointmentRequest.ClinicSlug);

    [BindProperty]
    [FromForm(Name = "")]
    public RequestChangeForm Form { get; set; } = new();

    /// <summary>Requests of the same phone number or email address, newest first.</summary>
    public IReadOnlyList<RelatedRequest> Related { get; private set; } = [];

    protected RequestWorkflow Workflow { get; } = workflow;

    protected UndoTokens Undos { get; } = undos;

    protected async Task LoadContextAsync(CancellationToken cancellationToken) =>
        Related = await context.FindRelatedAsync(AppointmentRequest, cancellationToken);

    /// <summary>Validates the form and, if it is valid, changes the request.</summary>
    /// <param name="rules">The rule set of the button, in addition to the note rules. Null for none.</param>
    /// <param name="done">The confirmation that is shown after the change.</param>
    /// <param name="canUndo">Whether the change can be undone, if the patient is not told of it.</param>
    /// <param name="tellsPatient">Whether the patient gets an email about the change, if they gave an address.</param>
    protected async Task<IActionResult> ChangeAsync(
        string reference,
        string? rules,
        string done,
        Func<Task<ChangeResult>> change,
        CancellationToken cancellationToken,
        bool canUndo = false,
        Func<bool>? tellsPatient = null)
    {
        if (await Workflow.FindAsync(reference, cancellationToken) is not { } request)
        {
            return NotFound();
        }

        AppointmentRequest = request;
        Form.Clinic = Clinic;
        Form.CurrentUtc = request.State == RequestState.Scheduled ? request.AgreedUtc : null;
        Form.Target = SiteContent.FindClinic(Form.To) is { } target && target != Clinic ? target : null;
        if (!await IsValidAsync(rules, cancellationToken))
        {
            await LoadContextAsync(cancellationToken);
            return Page();
        }

        done += tellsPatient?.Invoke() != true ? ""
            : request.Details.Value?.Email is null ? $". {ChangeResultTexts.NoAddress}"
            : ". The patient is being emailed";
        return await RespondAsync(request.Reference, done, canUndo, await change(), cancellationToken);
    }

    private async Task<bool> IsValidAsync(string? rules, CancellationToken cancellationToken)
    {
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

    private async Task<IActionResult> RespondAsync(
        string reference, string done, bool canUndo, ChangeResult result, CancellationToken cancellationToken)
    {
        if (result is ChangeResult.Done or ChangeResult.NoAddress or ChangeResult.PatientNotWrittenTo)
        {
            done = result switch
            {
                ChangeResult.NoAddress => ChangeResultTexts.ReleasedWithoutAddress,
                ChangeResult.PatientNotWrittenTo => ChangeResultTexts.ReleasedWithoutPatient,
                _ => done,
            };
            TempData["undo"] = canUndo && Workflow.LastStep is { } step ? Undos.Write(step) : null;
            return await AfterwardsAsync(reference, done, cancellationToken);
        }

        if (result == ChangeResult.NotFound || await Workflow.FindAsync(reference, cancellationToken) is not { } request)
        {
            return NotFound();
        }

        AppointmentRequest = request;
        Form.Version = result == ChangeResult.ChangedMeanwhile ? request.Version : Form.Version;
        ModelState.AddModelError("", ChangeResultTexts.Refusal(result, request));
        Response.StatusCode = result switch
        {
            ChangeResult.RetentionHold => StatusCodes.Status400BadRequest,
            ChangeResult.NotStored => StatusCodes.Status503ServiceUnavailable,
            _ => StatusCodes.Status409Conflict,
        };
        await LoadContextAsync(cancellationToken);
        return Page();
    }

    /// <summary>Shows the request again, or the list or the next request. There, the confirmation names the request.</summary>
    private async Task<IActionResult> AfterwardsAsync(string reference, string done, CancellationToken cancellationToken)
    {
        TempData["done"] = Form.Then is "next" or "list" ? $"{reference}: {char.ToLowerInvariant(done[0])}{done[1..]}" : done;
        var list = ReturnUrl.Of(Request);
        if (Form.Then == "next" && await context.FindNextAsync(reference, list, cancellationToken) is { } next)
        {
            return RedirectToPage("/Staff/Requests/Request", new { reference = next });
        }

        return Form.Then is "next" or "list"
            ? LocalRedirect(list ?? SitePaths.StaffDesk)
            : RedirectToPage("/Staff/Requests/Request", new { reference });
    }
}
