using FluentValidation;
using FluentValidation.AspNetCore;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using PhysioSite.Content;
using PhysioSite.Features.Appointments;

namespace PhysioSite.Features.Staff.Requests;

/// <summary>A page that changes one request. It validates the input and turns the result of the change into a response.</summary>
public abstract class RequestPageModel(
    RequestWorkflow workflow,
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

    protected RequestWorkflow Workflow { get; } = workflow;

    /// <summary>Validates the form and, if it is valid, changes the request.</summary>
    /// <param name="rules">The rule set of the button, in addition to the note rules. Null for none.</param>
    /// <param name="done">The confirmation that is shown after the change.</param>
    protected async Task<IActionResult> ChangeAsync(
        string reference, string? rules, string done, Func<Task<ChangeResult>> change, CancellationToken cancellationToken)
    {
        if (await Workflow.FindAsync(reference, cancellationToken) is not { } request)
        {
            return NotFound();
        }

        AppointmentRequest = request;
        Form.Clinic = Clinic;
        return await IsValidAsync(rules, cancellationToken)
            ? await RespondAsync(reference, done, await change(), cancellationToken)
            : Page();
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

    private async Task<IActionResult> RespondAsync(string reference, string done, ChangeResult result, CancellationToken cancellationToken)
    {
        if (result is ChangeResult.Done or ChangeResult.PatientNotWrittenTo)
        {
            TempData["done"] = result == ChangeResult.Done ? done : ChangeResultTexts.ReleasedWithoutPatient;
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
        return Page();
    }
}
