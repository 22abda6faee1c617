using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.Filters;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace PhysioSite.Features.Shared.Forms;

/// <summary>
/// Sets status 400 when a page has errors, unless the handler set another status. For GET and HEAD the errors are ignored: a query value
/// that cannot be read is treated as missing. For other methods, a page without a handler would be rendered without its data, so the
/// answer is 405.
/// </summary>
internal sealed class FormResponseFilter : IPageFilter
{
    public void OnPageHandlerSelected(PageHandlerSelectedContext context)
    {
    }

    public void OnPageHandlerExecuting(PageHandlerExecutingContext context)
    {
        if (HttpMethods.IsGet(context.HttpContext.Request.Method) || HttpMethods.IsHead(context.HttpContext.Request.Method))
        {
            context.ModelState.Clear();
        }
        else if (context.HandlerMethod is null && !IsErrorPage(context.HttpContext))
        {
            context.HttpContext.Response.Headers.Allow = "GET, HEAD";
            context.Result = new StatusCodeResult(StatusCodes.Status405MethodNotAllowed);
        }
    }

    /// <summary>The error page is rendered for every method.</summary>
    private static bool IsErrorPage(HttpContext context) =>
        context.Features.Get<IStatusCodeReExecuteFeature>() is not null || context.Features.Get<IExceptionHandlerFeature>() is not null;

    public void OnPageHandlerExecuted(PageHandlerExecutedContext context)
    {
        var response = context.HttpContext.Response;
        if (context.Result is PageResult && context.ModelState.ErrorCount > 0 && response.StatusCode == StatusCodes.Status200OK)
        {
            response.StatusCode = StatusCodes.Status400BadRequest;
        }
    }
}
