using FluentValidation;
using FluentValidation.AspNetCore;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using PhysioSite.Content;
using PhysioSite.Content.Model;
using PhysioSite.Features.Appointments;
using PhysioSite.Features.Appointments.Request;
using PhysioSite.Features.Clinics;
using PhysioSite.Features.Staff.Shared;

namespace PhysioSite.Features.Staff.Requests.PhoneCalls;

/// <summary>
/// A request that a member of staff enters during a phone call. It has the fields and the rules of the patient's form, but the clinic is
/// one of the user's, and nothing is held as spam.
/// </summary>
public sealed class PhoneCallModel(
    ContentLibrary library,
    ClinicDirectory directory,
    IValidator<RequestAnswers> validator,
    SubmissionKeys keys,
    AppointmentService appointments,
    StaffScope scope) : PageModel
{
    [BindProperty(Name = "")]
    [FromForm]
    public RequestForm Form { get; set; } = new();

    /// <summary>The language in which the patient gets emails.</summary>
    [BindProperty(Name = "language")]
    [FromForm]
    public string? FormLanguage { get; set; }

    public IReadOnlyList<Clinic> Clinics { get; private set; } = [];

    public SiteProfile Site => library.Current.Site;

    public IEnumerable<SiteContent> Languages => library.Languages;

    public async Task OnGetAsync(CancellationToken cancellationToken)
    {
        Clinics = await scope.ClinicsAsync(cancellationToken);
        Form = new RequestForm { Key = keys.Issue(), Clinic = Clinics.Count == 1 ? Clinics[0].Slug : null };
    }

    public async Task<IActionResult> OnPostAsync(CancellationToken cancellationToken)
    {
        Clinics = await scope.ClinicsAsync(cancellationToken);
        var content = library.Languages.FirstOrDefault(content => content.Language.Code == FormLanguage) ?? library.English;
        var answers = new RequestAnswers(Form, content, directory);
        (await validator.ValidateAsync(answers, cancellationToken)).AddToModelState(ModelState);
        if (Clinics.All(clinic => clinic.Slug != answers.Clinic?.Slug))
        {
            ModelState.Remove("clinic");
            ModelState.Remove("zip");
            ModelState.AddModelError("clinic", "Choose a clinic from the list");
        }

        if (!keys.TryRead(Form.Key, out var key))
        {
            Form.Key = keys.Issue();
            ModelState.AddModelError("", "This page had been open for too long. Nothing was stored yet: please send it again");
        }

        if (ModelState.ErrorCount > 0)
        {
            return Page();
        }

        var reference = await appointments.EnterAsync(answers.ToRequest(), key!, scope.Actor, cancellationToken);
        TempData["done"] = "Request entered";
        return RedirectToPage("/Staff/Requests/Request", new { reference });
    }
}
