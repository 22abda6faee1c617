using System.Data.Common;
using FluentValidation;
using FluentValidation.AspNetCore;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.Filters;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.EntityFrameworkCore;
using PhysioSite.Content;
using PhysioSite.Features.Appointments.Patient;
using PhysioSite.Web;
using static PhysioSite.Localization.Texts;

namespace PhysioSite.Features.Appointments.Request;

/// <summary>The request form. It checks the antiforgery token itself, so that a token that has expired costs nobody what they typed.</summary>
[IgnoreAntiforgeryToken]
public sealed partial class RequestModel(
    ContentLibrary library, IValidator<RequestForm> validator, SubmissionKeys keys, AppointmentService desk, FormLimit limit, IAntiforgery antiforgery, ILogger<RequestModel> log)
    : PageModel
{
    /// <summary>Errors of the whole form are shown with a link to the button that sends it again.</summary>
    public const string SendButton = "send";

    [BindProperty(Name = "")]
    [FromForm]
    public RequestForm Form { get; set; } = new();

    public SiteContent Library { get; } = library.Current;

    public Article? CameFrom => Library.FindArticle(Form.From);

    /// <summary>The signs of the article the patient comes from, or those for any pain.</summary>
    public CareCards CareCards => CameFrom?.CareCards ?? Library.FindPage(InfoPage.SymptomsSlug)!.CareCards!;

    public IEnumerable<SiteContent> OtherLanguages => library.Languages.Where(other => other.Language != Library.Language);

    /// <summary>A form too many is given back as it was typed, before anything is done with it.</summary>
    public override void OnPageHandlerExecuting(PageHandlerExecutingContext context)
    {
        if (HttpMethods.IsPost(Request.Method) && limit.Refuses(HttpContext))
        {
            context.Result = Again(StatusCodes.Status429TooManyRequests, Localize($"We have had too many forms in a short time, so this one was not sent. Everything you typed is still here. Please send it again in a few minutes, or call {Library.Site.Phone}."));
        }
    }

    public void OnGet(
        [FromQuery] string? clinic, [FromQuery] string? from, [FromQuery] string? zip, [FromQuery] string? visit, [FromQuery] string? area)
    {
        Form = new RequestForm
        {
            Zip = zip,
            Clinic = Library.FindClinic(clinic)?.Slug,
            From = Library.FindArticle(from)?.Slug,
            Key = keys.Issue(),
        };
        Form.Area = Library.Site.FindBodyArea(area)?.Id ?? CameFrom?.BodyAreas[0].Id ?? Form.Area;
        Form.Visit = visit == "video" || Library.FindClinic(clinic)?.Takes(VisitKind.Clinic) == false ? "video" : Form.Visit;
    }

    /// <summary>Someone opens anew the address that a change of language left in the browser.</summary>
    public void OnGetLanguage() => OnGet(null, null, null, null, null);

    /// <summary>The form as it was filled in so far, in the language of this address. It is not judged, and nothing is stored.</summary>
    public IActionResult OnPostLanguage() => Again(StatusCodes.Status200OK, null);

    public async Task<IActionResult> OnPostAsync(CancellationToken cancellationToken)
    {
        var keyIsOurs = keys.TryOpen(Form.Key, out var key);
        bool tokenIsOurs;
        try
        {
            tokenIsOurs = await antiforgery.IsRequestValidAsync(HttpContext);
        }
        catch (AntiforgeryValidationException)
        {
            // It is no form, or one that cannot be read: nothing of it is here to be shown again.
            return BadRequest();
        }

        if (!tokenIsOurs || !keyIsOurs)
        {
            return Again(StatusCodes.Status400BadRequest, Localize($"This page had been open for too long, or your browser keeps no cookies. Nothing was sent yet, and everything you typed is still here. Please send it again."));
        }

        (await validator.ValidateAsync(Form, cancellationToken)).AddToModelState(ModelState);
        if (ModelState.ErrorCount > 0)
        {
            return Again(StatusCodes.Status400BadRequest, null);
        }

        try
        {
            // A patient who leaves while we store has still sent it.
            var submission = await desk.SubmitAsync(Form, key!, CancellationToken.None);
            new ReceiptNote(submission).Keep(TempData);
            return RedirectToPage("/Appointments/Patient/Receipt", new { token = submission.StatusToken });
        }
        catch (Exception e) when (e is DbException or DbUpdateException)
        {
            LogNotStored(e);
            return Again(StatusCodes.Status503ServiceUnavailable, Localize($"We could not store your request, so it was not sent. Everything you typed is still here. Please try again in a minute, or call {Library.Site.Phone}."));
        }
    }

    /// <param name="problem">Of the whole form: nothing was sent, and it is not the patient's fault.</param>
    private PageResult Again(int status, string? problem)
    {
        if (problem is not null)
        {
            ModelState.AddModelError(SendButton, problem);
        }

        Form.Key = keys.TryOpen(Form.Key, out _) ? Form.Key : keys.Issue();
        Response.StatusCode = status;
        return Page();
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "A request could not be stored; the patient was told so")]
    private partial void LogNotStored(Exception exception);
}
