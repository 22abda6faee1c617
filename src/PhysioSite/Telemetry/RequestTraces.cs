using System.Diagnostics;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Http.Metadata;

namespace PhysioSite.Telemetry;

/// <summary>
/// Names the trace of a request after its route, and adds the method and the status. The path is left out, because it may be a private
/// link, and so are the query, the headers and the client's address.
/// </summary>
public sealed class RequestTraces : IStartupFilter
{
    private const string OtherMethod = "_OTHER";

    public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
    {
        app.Use(async (context, following) =>
        {
            try
            {
                await following(context);
            }
            finally
            {
                Describe(context);
            }
        });
        next(app);
    };

    /// <summary>Leaves a request out of the traces, with what it does from now on.</summary>
    public static void LeaveOut(HttpContext context)
    {
        if (ActivityOf(context) is { } activity)
        {
            activity.ActivityTraceFlags &= ~ActivityTraceFlags.Recorded;
        }
    }

    /// <returns>As in the measurements of ASP.NET Core. Null when no endpoint answered.</returns>
    public static string? RouteOf(HttpContext context) =>
        context.GetEndpoint()?.Metadata.GetMetadata<IRouteDiagnosticsMetadata>()?.Route is { } route
            ? route.Length == 0 ? "/" : route
            : null;

    private static void Describe(HttpContext context)
    {
        if (ActivityOf(context) is not { Recorded: true } activity)
        {
            return;
        }

        var method = IsKnown(context.Request.Method) ? context.Request.Method : OtherMethod;
        var status = context.Response.StatusCode;
        activity.SetTag("http.request.method", method);
        activity.SetTag("http.response.status_code", status);
        activity.DisplayName = method;
        if (RouteOf(context) is { } route)
        {
            activity.SetTag("http.route", route);
            activity.DisplayName = $"{method} {route}";
        }

        if (status >= StatusCodes.Status500InternalServerError)
        {
            activity.SetStatus(ActivityStatusCode.Error);
        }
    }

    private static Activity? ActivityOf(HttpContext context) => context.Features.Get<IHttpActivityFeature>()?.Activity;

    private static bool IsKnown(string method) =>
        HttpMethods.IsGet(method) || HttpMethods.IsHead(method) || HttpMethods.IsPost(method) || HttpMethods.IsPut(method)
        || HttpMethods.IsDelete(method) || HttpMethods.IsOptions(method) || HttpMethods.IsPatch(method);
}
