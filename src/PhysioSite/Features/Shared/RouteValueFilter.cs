using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.Filters;
using Microsoft.AspNetCore.Mvc.ModelBinding;

namespace PhysioSite.Features.Shared;

/// <summary>
/// Returns 404 when a value of the path is missing. Model binding turns a value of only spaces into null, although the parameter is not
/// nullable.
/// </summary>
internal sealed class RouteValueFilter : IPageFilter
{
    public void OnPageHandlerSelected(PageHandlerSelectedContext context)
    {
    }

    public void OnPageHandlerExecuting(PageHandlerExecutingContext context)
    {
        if (context.HandlerMethod?.Parameters.Any(parameter =>
            parameter.BindingInfo?.BindingSource == BindingSource.Path
            && (!context.HandlerArguments.TryGetValue(parameter.Name, out var value) || value is null)) == true)
        {
            context.Result = new NotFoundResult();
        }
    }

    public void OnPageHandlerExecuted(PageHandlerExecutedContext context)
    {
    }
}
