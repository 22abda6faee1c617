using System.Data.Common;
using FluentValidation;
using FluentValidation.Results;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.Filters;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.EntityFrameworkCore;
using PhysioSite.Content;
using PhysioSite.Hosting;
using static PhysioSite.Languages.Words;

namespace PhysioSite.Features.Appointments;

/// <summary>The request form. It checks the antiforgery token itself, so that a token that has expired costs nobody what they typed.</summary>
[IgnoreAntiforgeryToken]
public sealed partial class RequestModel(
    ContentLibrary library, IValidator<RequestForm> validator, FormKeys keys, AppointmentDesk desk, FormLimit limit, IAntiforgery antiforgery, ILogger<RequestModel> log)
    : PageModel
{
    [BindProperty(Name = "")]
    public RequestForm Form { get; set; } = new();

    public SiteContent Library { get; } = library.Current;

    /// <summary>What is wrong with each field, in the order of the form.</summary>
    public IReadOnlyList<ValidationFailure> Errors { get; private set; } = [];

    /// <summary>What is wrong with the whole: nothing was sent, and it is not the patient's fault.</summary>
    public string? Trouble { get; private set; }

    public Article? CameFrom => Library.FindArticle(Form.From);

    /// <summary>The signs of the article the patient comes from, or those for any pain.</summary>
    public CareCards CareCards => CameFrom?.CareCards ?? Library.FindPage(InfoPage.SymptomsSlug)!.CareCards!;

    public IEnumerable<SiteContent> OtherLanguages => library.Languages.Where(other => other.Language != Library.Language);

    public string? ErrorOf(string field) => Errors.FirstOrDefault(error => error.PropertyName == field)?.ErrorMessage;

    /// <summary>A form too many is given back as it was typed, before anything is done with it.</summary>
    public override void OnPageHandlerExecuting(PageHandlerExecutingContext context)
    {
        if (HttpMethods.IsPost(Request.Method) && limit.Refuses(HttpContext))
        {
            context.Result = Again(StatusCodes.Status429TooManyRequests, Say($"We have had too many forms in a short time, so this one was not sent. Everything you typed is still here. Please send it again in a few minutes, or call {Library.Site.Phone}."));
        }
    }

    public void OnGet(string? clinic, string? from, string? zip, string? visit, string? area)
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
            return Again(StatusCodes.Status400BadRequest, Say($"This page had been open for too long, or your browser keeps no cookies. Nothing was sent yet, and everything you typed is still here. Please send it again."));
        }

        var result = await validator.ValidateAsync(Form, cancellationToken);
        if (!result.IsValid)
        {
            Errors = result.Errors;
            return Again(StatusCodes.Status400BadRequest, null);
        }

        try
        {
            // A patient who leaves while we store has still sent it.
            var submission = await desk.SubmitAsync(Form, key!, CancellationToken.None);
            new ReceiptNote(submission).Keep(TempData);
            return RedirectToPage("/Appointments/Receipt", new { token = submission.StatusToken });
        }
        catch (Exception e) when (e is DbException or DbUpdateException)
        {
            LogNotStored(e);
            return Again(StatusCodes.Status503ServiceUnavailable, Say($"We could not store your request, so it was not sent. Everything you typed is still here. Please try again in a minute, or call {Library.Site.Phone}."));
        }
    }

    private PageResult Again(int status, string? trouble)
    {
        Trouble = trouble;
        Form.Key = keys.TryOpen(Form.Key, out _) ? Form.Key : keys.Issue();
        Response.StatusCode = status;
        return Page();
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "A request could not be stored; the patient was told so")]
    private partial void LogNotStored(Exception exception);
}
