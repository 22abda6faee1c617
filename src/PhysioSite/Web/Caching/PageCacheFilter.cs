using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.Mvc.Abstractions;
using Microsoft.AspNetCore.Mvc.Filters;
using Microsoft.AspNetCore.Mvc.ModelBinding;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.Net.Http.Headers;
using PhysioSite.Telemetry;

namespace PhysioSite.Web.Caching;

/// <summary>
/// Renders a page that may be kept into memory instead of the response. <see cref="PageCacheMiddleware"/> then sends it. A page is not kept
/// when it or its handler sets a header of the response, for example a cookie.
/// </summary>
internal sealed class PageCacheFilter : IAsyncPageFilter, IAsyncResultFilter
{
    private readonly ConditionalWeakTable<ActionDescriptor, IReadOnlyList<string>> _queryNames = [];

    public Task OnPageHandlerSelectionAsync(PageHandlerSelectedContext context) => Task.CompletedTask;

    public Task OnPageHandlerExecutionAsync(PageHandlerExecutingContext context, PageHandlerExecutionDelegate next)
    {
        if (context.HttpContext.Features.Get<PageCacheRequest>() is { } request && context.HandlerInstance is ICacheablePage)
        {
            // Nothing about the reader can become part of the page.
            context.HttpContext.Request.Headers.Remove(HeaderNames.Cookie);
            request.HeadersBefore = [.. context.HttpContext.Response.Headers.Keys];
        }

        return next();
    }

    public async Task OnResultExecutionAsync(ResultExecutingContext context, ResultExecutionDelegate next)
    {
        var http = context.HttpContext;
        if (http.Features.Get<PageCacheRequest>() is not { } request
            || context.Controller is not ICacheablePage model
            || context.Result is not PageResult
            || http.Response.StatusCode != StatusCodes.Status200OK
            || model.CacheExpires(request.Utc) is not { } expires)
        {
            await next();
            return;
        }

        var (page, wasRendered) = await request.Pages.GetOrRenderAsync(
            request.Path,
            _queryNames.GetValue(context.ActionDescriptor, QueryNames),
            http.Request.QueryString.Value,
            request.Utc,
            async query => await RenderAsync(http, query, request.HeadersBefore, next) is { } bodies
                ? new CachedPage(bodies, request.Utc, expires, RequestTraces.RouteOf(http))
                : null);
        request.Page = page;
        if (page is null && !wasRendered)
        {
            // The request that rendered the page failed, or could not keep it.
            await next();
        }
    }

    /// <param name="query">Contains only the values that the page uses, because the page links to its translation with its query.</param>
    /// <returns>Null when the page cannot be kept. It was sent then, unless an exception was thrown.</returns>
    private static async Task<PageBodies?> RenderAsync(
        HttpContext http, string query, IReadOnlyCollection<string> headersBefore, ResultExecutionDelegate next)
    {
        var (body, queryString) = (http.Response.Body, http.Request.QueryString);
        using var buffer = new MemoryStream();
        http.Response.Body = buffer;
        http.Request.QueryString = new QueryString(query);
        try
        {
            if ((await next()).Exception is not null)
            {
                return null;
            }
        }
        finally
        {
            http.Response.Body = body;
            http.Request.QueryString = queryString;
        }

        var added = http.Response.Headers.Keys.Except([.. headersBefore, HeaderNames.ContentType], StringComparer.OrdinalIgnoreCase);
        if (http.Response.StatusCode == StatusCodes.Status200OK && !added.Any())
        {
            return new PageBodies(http.Response.ContentType ?? "", Indentation.Remove(buffer.ToArray()));
        }

        buffer.Position = 0;
        await buffer.CopyToAsync(http.Response.Body, http.RequestAborted);
        return null;
    }

    /// <summary>The query values that a page binds, and the one that selects its handler if there are several.</summary>
    private static IReadOnlyList<string> QueryNames(ActionDescriptor page)
    {
        var handlers = ((CompiledPageActionDescriptor)page).HandlerMethods.Where(handler => HttpMethods.IsGet(handler.HttpMethod)).ToList();
        return
        [
            .. handlers.SelectMany(handler => handler.Parameters.Select(parameter => (ParameterDescriptor)parameter))
                .Concat(page.BoundProperties)
                .Where(parameter => parameter.BindingInfo?.BindingSource == BindingSource.Query)
                .Select(parameter => parameter.BindingInfo!.BinderModelName ?? parameter.Name)
                .Concat(handlers.Any(handler => handler.Name is not null) ? ["handler"] : [])
                .Distinct(StringComparer.OrdinalIgnoreCase),
        ];
    }
}
