using FluentValidation;
using FluentValidation.AspNetCore;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using PhysioSite.Content;
using PhysioSite.Content.Model;
using PhysioSite.Data;
using PhysioSite.Features.Appointments.Metrics;
using PhysioSite.Features.Appointments.Patient;
using PhysioSite.Features.Clinics;
using PhysioSite.Web;
using static PhysioSite.Localization.Texts;

namespace PhysioSite.Features.Appointments.Request;

/// <summary>The request form. It validates the antiforgery token itself, so that an expired token does not discard the input.</summary>
[IgnoreAntiforgeryToken]
public sealed partial class RequestModel(
    ContentLibrary library,
    ClinicDirectory directory,
    IValidator<RequestAnswers> validator,
    SubmissionKeys keys,
    AppointmentService appointments,
    FormLimit limit,
    IAntiforgery antiforgery,
    RequestMetrics metrics,
    ILogger<RequestModel> log)
    : PageModel
{
    /// <summary>Key of errors of the whole form. They link to the submit button.</summary>
    public const string SendButton = "send";

    private const int NearListed = 10;

    [BindProperty(Name = "")]
    [FromForm]
    public RequestForm Form { get; set; } = new();

    public SiteContent SiteContent { get; } = library.Current;

    public Article? CameFrom => SiteContent.FindArticle(Form.From);

    /// <summary>The clinics to choose from: all, or when they are many, the chosen one and those nearest to a ZIP code.</summary>
    public IEnumerable<Clinic> ListedClinics
    {
        get
        {
            if (!SiteContent.HasManyClinics)
            {
                return SiteContent.Clinics;
            }

            var near = directory.FindZip(Form.Zip) is { } zip ? directory.ByDistance(zip).Take(NearListed) : [];
            return new[] { SiteContent.FindClinic(Form.Clinic) }.OfType<Clinic>()
                .Concat(near.Select(found => found.Clinic))
                .Concat(SiteContent.Clinics.Where(clinic => clinic.IsVirtual))
                .Distinct();
        }
    }

    /// <summary>The therapist whom the patient would like to see.</summary>
    public Therapist? WishedTherapist => SiteContent.FindTherapist(Form.Therapist);

    public IEnumerable<SiteContent> OtherLanguages => library.Languages.Where(other => other.Language != SiteContent.Language);

    public void OnGet(
        [FromQuery] string? clinic, [FromQuery] string? from, [FromQuery] string? zip, [FromQuery] string? visit, [FromQuery] string? area,
        [FromQuery] string? therapist)
    {
        Form = new RequestForm
        {
            Zip = zip,
            Clinic = SiteContent.FindClinic(clinic)?.Slug,
            From = SiteContent.FindArticle(from)?.Slug,
            Therapist = SiteContent.FindTherapist(therapist)?.Slug,
            Key = keys.Issue(),
        };
        Form.Area = SiteContent.Site.FindBodyArea(area)?.Id ?? CameFrom?.BodyAreas[0].Id ?? Form.Area;
        var isVideo = visit == "video" || SiteContent.FindClinic(clinic)?.Takes(VisitKind.Clinic) == false;
        Form.Visit = isVideo ? "video" : Form.Visit;
    }

    /// <summary>Handles a reload of the address that remains in the browser after a change of language.</summary>
    public void OnGetLanguage() => OnGet(null, null, null, null, null, null);

    /// <summary>Shows the form with its current input in the language of this address. Nothing is validated or stored.</summary>
    public IActionResult OnPostLanguage() => Again(StatusCodes.Status200OK, null);

    public async Task<IActionResult> OnPostAsync(CancellationToken cancellationToken)
    {
        var hasValidKey = keys.TryRead(Form.Key, out var key);
        bool hasValidToken;
        try
        {
            hasValidToken = await antiforgery.IsRequestValidAsync(HttpContext);
        }
        catch (AntiforgeryValidationException)
        {
            // The body is not a form or cannot be read, so there is no input to show again.
            metrics.CountForm(FormOutcome.Invalid, null);
            return BadRequest();
        }

        if (!hasValidToken || !hasValidKey)
        {
            metrics.CountForm(FormOutcome.Expired, SiteContent.FindClinic(Form.Clinic)?.Slug);
            return Again(StatusCodes.Status400BadRequest, Localize(
                $"This page had been open for too long, or your browser keeps no cookies. Nothing was sent yet, and everything you typed is still here. Please send it again. If that does not help, allow cookies for this site, or call {SiteContent.Site.Contact.Phone}."));
        }

        var answers = new RequestAnswers(Form, SiteContent, directory);
        (await validator.ValidateAsync(answers, cancellationToken)).AddToModelState(ModelState);
        if (ModelState.ErrorCount > 0)
        {
            metrics.CountForm(FormOutcome.Invalid, answers.Assignment?.Clinic.Slug);
            return Again(StatusCodes.Status400BadRequest, null);
        }

        try
        {
            // Not canceled when the patient closes the page, because the form has already been submitted.
            var request = answers.ToRequest();

            // The limit refuses a form that was stored before like any other, but its patient must get the receipt. Within the limit, the
            // database finds such a form without a search.
            var admission = await limit.AdmitAsync(HttpContext);
            var submission = admission == FormAdmission.Refused
                ? await appointments.FindAsync(request, key!, CancellationToken.None)
                : await appointments.SubmitAsync(request, key!, admission, CancellationToken.None);
            if (submission is null)
            {
                metrics.CountForm(FormOutcome.Limited, request.Assignment.Clinic.Slug);
                return Again(StatusCodes.Status429TooManyRequests, Localize(
                    $"We have had too many forms in a short time, so this one was not sent. Everything you typed is still here. Please send it again in a few minutes, or call {SiteContent.Site.Contact.Phone}."));
            }

            Response.Headers.RetryAfter = default;
            new ReceiptNote(submission).Save(TempData);
            return RedirectToPage("/Appointments/Patient/Receipt", new { token = submission.StatusToken });
        }
        catch (Exception e) when (StorageFailure.Is(e))
        {
            var failure = StorageFailure.ForLog(e);
            LogNotStored(failure.Exception, failure.Reason);
            metrics.CountForm(FormOutcome.NotStored, answers.Assignment?.Clinic.Slug);
            return Again(StatusCodes.Status503ServiceUnavailable, Localize(
                $"We could not store your request, so it was not sent. Everything you typed is still here. Please try again in a minute, or call {SiteContent.Site.Contact.Phone}."));
        }
    }

    /// <param name="problem">An error of the whole form that is not caused by the patient's input. Nothing was submitted.</param>
    private PageResult Again(int status, string? problem)
    {
        if (problem is not null)
        {
            ModelState.AddModelError(SendButton, problem);
        }

        Form.Key = keys.TryRead(Form.Key, out _) ? Form.Key : keys.Issue();

        // The clinic may have been renamed since the form was opened.
        Form.Clinic = SiteContent.FindClinic(Form.Clinic)?.Slug ?? Form.Clinic;
        Response.StatusCode = status;
        return Page();
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "A request could not be stored; the patient was told so: {Reason}")]
    private partial void LogNotStored(Exception? exception, string reason);
}
