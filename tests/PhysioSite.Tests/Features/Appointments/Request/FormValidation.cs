using FluentValidation;
using FluentValidation.Results;
using PhysioSite.Content;
using PhysioSite.Features.Appointments.Request;
using PhysioSite.Features.Clinics;

namespace PhysioSite.Tests.Features.Appointments.Request;

internal static class FormValidation
{
    /// <summary>The errors of a form, in the current language and with the current content.</summary>
    public static List<ValidationFailure> ErrorsOf(this Site site, RequestForm form)
    {
        var answers = new RequestAnswers(
            form, site.Services.GetRequiredService<ContentLibrary>().Current, site.Services.GetRequiredService<ClinicDirectory>());
        return site.Services.GetRequiredService<IValidator<RequestAnswers>>().Validate(answers).Errors;
    }
}
