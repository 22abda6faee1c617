using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.Core.Infrastructure;
using Microsoft.AspNetCore.Mvc.Filters;
using Microsoft.AspNetCore.Mvc.ModelBinding;
using Microsoft.AspNetCore.Mvc.ViewFeatures;
using Microsoft.Extensions.Primitives;
using PhysioSite.Data;
using PhysioSite.Features.Shared.Forms;

namespace PhysioSite.Features.Staff.Shared;

/// <summary>
/// A staff form that was submitted after its session ended or its token expired, that cannot be bound, or that cannot be stored. Nothing
/// was saved; the text that the user typed is shown, so that it can be copied.
/// </summary>
/// <param name="Written">Texts worth keeping. Never contains a password.</param>
/// <param name="Page">The URL of the form.</param>
/// <param name="Unreadable">The fields that cannot be bound; empty when the form was submitted too late.</param>
/// <param name="Status">The status code of the response.</param>
public sealed record ExpiredForm(IReadOnlyList<string> Written, string Page, int Status, IReadOnlyList<string> Unreadable)
{
    /// <summary>What staff are told when a change cannot be stored, for example because the disk is full.</summary>
    public const string NotStored =
        "The site cannot store anything right now, so nothing was changed. Try again in a minute, and tell the people who run this site";

    /// <summary>The fields of staff forms in which a user writes more than a word.</summary>
    private static readonly string[] WrittenByHand = ["Note", "Reason"];

    public bool SignedOut => Status == StatusCodes.Status401Unauthorized;

    public bool IsNotStored => Status == StatusCodes.Status503ServiceUnavailable;

    /// <summary>Returns the page that replaces the normal response to the form.</summary>
    internal static ViewResult Show(HttpContext context, int status, params IReadOnlyList<string> unreadable)
    {
        string[] written = context.Request.HasFormContentType
            ? [.. WrittenByHand.SelectMany(field => context.Request.Form[field].OfType<string>()).Where(text => text.Trim().Length > 0)]
            : [];
        return new ViewResult
        {
            StatusCode = status,
            ViewName = "/Features/Staff/Shared/ExpiredForm.cshtml",
            ViewData = new ViewDataDictionary<ExpiredForm>(new EmptyModelMetadataProvider(), new ModelStateDictionary())
            {
                Model = new ExpiredForm(written, PageOf(context.Request), status, unreadable),
            },
        };
    }

    /// <summary>The URL of the requested page, or of the page whose form was submitted, without the handler, which is not a page.</summary>
    internal static string PageOf(HttpRequest request)
    {
        var query = QueryString.Create(request.Query.Where(pair => HttpMethods.IsGet(request.Method) || pair.Key != "handler")
            .SelectMany(pair => pair.Value, (pair, value) => new KeyValuePair<string, StringValues>(pair.Key, value)));
        return request.PathBase + request.Path + query;
    }
}

/// <summary>Handles a staff form whose antiforgery token is invalid or has expired.</summary>
internal sealed class ExpiredFormFilter : IAlwaysRunResultFilter
{
    public void OnResultExecuting(ResultExecutingContext context)
    {
        if (context.Result is IAntiforgeryValidationFailedResult)
        {
            context.Result = ExpiredForm.Show(context.HttpContext, StatusCodes.Status400BadRequest);
        }
    }

    public void OnResultExecuted(ResultExecutedContext context)
    {
    }
}

/// <summary>
/// Handles a staff form with a value that cannot be bound, or without a required one. Only hidden fields and checkboxes are bound to types
/// other than text, so the value was not typed by the user.
/// </summary>
internal sealed class UnreadableFormFilter : IPageFilter
{
    public void OnPageHandlerSelected(PageHandlerSelectedContext context)
    {
    }

    public void OnPageHandlerExecuting(PageHandlerExecutingContext context)
    {
        if (HttpMethods.IsPost(context.HttpContext.Request.Method) && context.ModelState.ErrorCount > 0)
        {
            context.Result = ExpiredForm.Show(
                context.HttpContext, StatusCodes.Status400BadRequest,
                [.. context.ModelState.Keys.Select(name => FormFields.ErrorOf(context.ModelState, name)).OfType<string>()]);
        }
    }

    public void OnPageHandlerExecuted(PageHandlerExecutedContext context)
    {
    }
}

/// <summary>Handles a change that cannot be stored and that the page does not handle itself.</summary>
internal sealed class StorageFailureFilter : IPageFilter
{
    public void OnPageHandlerSelected(PageHandlerSelectedContext context)
    {
    }

    public void OnPageHandlerExecuting(PageHandlerExecutingContext context)
    {
    }

    public void OnPageHandlerExecuted(PageHandlerExecutedContext context)
    {
        // A page that cannot be read is an error like any other.
        if (HttpMethods.IsPost(context.HttpContext.Request.Method)
            && context is { ExceptionHandled: false, Exception: { } exception }
            && StorageFailure.Is(exception))
        {
            context.ExceptionHandled = true;
            context.Result = ExpiredForm.Show(context.HttpContext, StatusCodes.Status503ServiceUnavailable);
        }
    }
}
