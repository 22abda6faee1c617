using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.Core.Infrastructure;
using Microsoft.AspNetCore.Mvc.Filters;
using Microsoft.AspNetCore.Mvc.ModelBinding;
using Microsoft.AspNetCore.Mvc.ViewFeatures;
using Microsoft.Extensions.Primitives;

namespace PhysioSite.Features.Staff;

/// <summary>
/// A form of the desk that was sent too late: its session has ended, or its token has expired. Nothing was done; what was written by
/// hand is shown, so that it can be copied.
/// </summary>
/// <param name="Written">Texts worth keeping. Never a password.</param>
/// <param name="Page">Where the form is.</param>
public sealed record UnsentForm(IReadOnlyList<string> Written, string Page, bool SignedOut)
{
    public string SignIn => SignInModel.Address(Page, ended: false);

    /// <summary>The answer in place of what the form asked for.</summary>
    internal static ViewResult Show(HttpContext context, int status)
    {
        string[] written = context.Request.HasFormContentType && context.Request.Form["Note"] is { Count: > 0 } notes
            ? [.. notes.OfType<string>().Where(note => !string.IsNullOrWhiteSpace(note))]
            : [];
        return new ViewResult
        {
            StatusCode = status,
            ViewName = "/Features/Staff/Unsent.cshtml",
            ViewData = new ViewDataDictionary<UnsentForm>(new EmptyModelMetadataProvider(), new ModelStateDictionary())
            {
                Model = new UnsentForm(written, PageOf(context.Request), status == StatusCodes.Status401Unauthorized),
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
internal sealed class UnsentFormFilter : IAlwaysRunResultFilter
{
    public void OnResultExecuting(ResultExecutingContext context)
    {
        if (context.Result is IAntiforgeryValidationFailedResult)
        {
            context.Result = UnsentForm.Show(context.HttpContext, StatusCodes.Status400BadRequest);
        }
    }

    public void OnResultExecuted(ResultExecutedContext context)
    {
    }
}
