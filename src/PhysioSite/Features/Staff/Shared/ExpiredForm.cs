using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.Core.Infrastructure;
using Microsoft.AspNetCore.Mvc.Filters;
using Microsoft.AspNetCore.Mvc.ModelBinding;
using Microsoft.AspNetCore.Mvc.ViewFeatures;
using Microsoft.Extensions.Primitives;
using PhysioSite.Features.Shared;
using PhysioSite.Features.Staff.Accounts.SignIn;
using PhysioSite.Features.Staff.Requests;

namespace PhysioSite.Features.Staff.Shared;

/// <summary>
/// A form of the desk that was sent too late, because its session has ended or its token has expired, or that cannot be read. Nothing was
/// done; what was written by hand is shown, so that it can be copied.
/// </summary>
/// <param name="Written">Texts worth keeping. Never a password.</param>
/// <param name="Page">Where the form is.</param>
/// <param name="Unreadable">What of it cannot be read: none, when it was sent too late.</param>
public sealed record ExpiredForm(IReadOnlyList<string> Written, string Page, bool SignedOut, IReadOnlyList<string> Unreadable)
{
    private static readonly string[] WrittenByHand = [nameof(RequestChangeForm.Note), nameof(RequestChangeForm.Reason)];

    public string SignIn => SignInModel.Address(Page, ended: false);

    /// <summary>The answer in place of what the form asked for.</summary>
    internal static ViewResult Show(HttpContext context, int status, params IReadOnlyList<string> unreadable)
    {
        string[] written = context.Request.HasFormContentType
            ? [.. WrittenByHand.SelectMany(field => context.Request.Form[field].OfType<string>()).Where(text => !string.IsNullOrWhiteSpace(text))]
            : [];
        return new ViewResult
        {
            StatusCode = status,
            ViewName = "/Features/Staff/Shared/ExpiredForm.cshtml",
            ViewData = new ViewDataDictionary<ExpiredForm>(new EmptyModelMetadataProvider(), new ModelStateDictionary())
            {
                Model = new ExpiredForm(written, PageOf(context.Request), status == StatusCodes.Status401Unauthorized, unreadable),
            },
        };
    }

    /// <summary>The address of the page that was asked for, or whose form was sent: without the handler, which is no page.</summary>
    internal static string PageOf(HttpRequest request)
    {
        var query = QueryString.Create(request.Query.Where(pair => HttpMethods.IsGet(request.Method) || pair.Key != "handler")
            .SelectMany(pair => pair.Value, (pair, value) => new KeyValuePair<string, StringValues>(pair.Key, value)));
        return request.PathBase + request.Path + query;
    }
}

/// <summary>Answers a form of the desk whose token is not, or no longer, good.</summary>
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
/// Answers a form of the desk with a value that cannot be bound, or without one that must be there. Only hidden fields and checkboxes are
/// bound to types other than text, so this is never what someone typed.
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
