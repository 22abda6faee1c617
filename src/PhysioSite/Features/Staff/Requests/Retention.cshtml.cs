using FluentValidation;
using Microsoft.AspNetCore.Mvc;
using PhysioSite.Content;
using PhysioSite.Features.Staff.Requests.Details;
using PhysioSite.Features.Staff.Requests.Workflow;
using PhysioSite.Features.Staff.Shared;

namespace PhysioSite.Features.Staff.Requests;

/// <summary>Protects a request from erasure, or erases it.</summary>
public sealed class RetentionModel(
    RequestWorkflow workflow,
    RequestContext context,
    RequestErasure erasure,
    ContentLibrary library,
    IValidator<RequestChangeForm> validator,
    UndoTokens undos,
    StaffScope scope)
    : RequestPageModel(workflow, context, library, validator, undos)
{
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

    public Task<IActionResult> OnPostHoldAsync([FromRoute] string reference, CancellationToken cancellationToken) =>
        ChangeAsync(
            reference,
            RequestChangeFormValidator.Hold,
            "Retention hold placed",
            () => Workflow.AnnotateAsync(
                reference, Form.Version, (request, by, now) => request.PlaceRetentionHold(by, Form.ReasonText!, now), cancellationToken),
            cancellationToken);

    public Task<IActionResult> OnPostLiftHoldAsync([FromRoute] string reference, CancellationToken cancellationToken) =>
        ChangeAsync(
            reference,
            null,
            "Retention hold removed",
            () => Workflow.AnnotateAsync(
                reference, Form.Version, (request, by, now) => request.LiftRetentionHold(by, now), cancellationToken),
            cancellationToken);

    public async Task<IActionResult> OnPostEraseAsync([FromRoute] string reference, CancellationToken cancellationToken) =>
        scope.IsAdministrator
            ? await ChangeAsync(
                reference,
                RequestChangeFormValidator.Erase,
                "Erased",
                () => erasure.EraseAsync(reference, Form.Version, cancellationToken),
                cancellationToken)
            : NotFound();
}
