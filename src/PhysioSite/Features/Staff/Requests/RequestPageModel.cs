using FluentValidation;
using FluentValidation.AspNetCore;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using PhysioSite.Content;
using PhysioSite.Content.Model;
using PhysioSite.Features.Appointments;
using PhysioSite.Features.Staff.Requests.Details;

namespace PhysioSite.Features.Staff.Requests;

/// <summary>A page that changes one request. It validates the input and turns the result of the change into a response.</summary>
public abstract class RequestPageModel(
    RequestWorkflow workflow,
    RequestContext context,
    ContentLibrary library,
    IValidator<RequestChangeForm> validator) : PageModel
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

    protected async Task LoadContextAsync(CancellationToken cancellationToken) =>
        Related = await context.FindRelatedAsync(AppointmentRequest, cancellationToken);

    /// <summary>Validates the form and, if it is valid, changes the request.</summary>
    /// <param name="rules">The rule set of the button, in addition to the note rules. Null for none.</param>
    /// <param name="done">The confirmation that is shown after the change. Null for that of a release.</param>
    /// <param name="undo">The action that undoes the change.</param>
    /// <param name="tellsPatient">Whether the patient gets an email about the change, if they gave an address.</param>
    protected async Task<IActionResult> ChangeAsync(
        string reference,
        string? rules,
        string? done,
        Func<Task<ChangeResult>> change,
        CancellationToken cancellationToken,
        string? undo = null,
        bool tellsPatient = false)
    {
        if (await Workflow.FindAsync(reference, cancellationToken) is not { } request)
        {
            return NotFound();
        }

        AppointmentRequest = request;
        Form.Clinic = Clinic;
        Form.Target = SiteContent.FindClinic(Form.To) is { } target && target != Clinic ? target : null;
        if (!await IsValidAsync(rules, cancellationToken))
        {
            await LoadContextAsync(cancellationToken);
            return Page();
        }

        var hasEmail = request.Details.Value?.Email is not null;
        done ??= hasEmail ? ChangeResultTexts.Released : ChangeResultTexts.ReleasedWithoutAddress;
        done += !tellsPatient ? "" : hasEmail ? ". The patient is being emailed" : $". {ChangeResultTexts.NoAddress}";
        return await RespondAsync(request.Reference, done, undo, await change(), cancellationToken);
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
        string reference, string done, string? undo, ChangeResult result, CancellationToken cancellationToken)
    {
        if (result is ChangeResult.Done or ChangeResult.PatientNotWrittenTo)
        {
            TempData["done"] = result == ChangeResult.Done ? done : ChangeResultTexts.ReleasedWithoutPatient;
            if (Form.Then == "next")
            {
                return await context.FindNextAsync(reference, cancellationToken) is { } next
                    ? RedirectToPage("/Staff/Requests/Request", new { reference = next })
                    : RedirectToPage("/Staff/Requests/Queue");
            }

            if (undo is not null)
            {
                TempData["undo"] = $"{undo}|{reference}|{Form.Version + 1}";
            }

            return RedirectToPage("/Staff/Requests/Request", new { reference });
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
}
