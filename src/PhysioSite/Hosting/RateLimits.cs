using System.Globalization;
using System.Threading.RateLimiting;
using Microsoft.Extensions.Options;

namespace PhysioSite.Hosting;

public sealed class RateLimitOptions
{
    public const string Section = "RateLimits";

    /// <summary>Request forms sent from one address in ten minutes. Generous, because a clinic's or a phone company's users share one.</summary>
    public int FormsPerTenMinutes { get; set; } = 60;

    /// <summary>Sign-ins tried from one address in ten minutes.</summary>
    public int SignInsPerTenMinutes { get; set; } = 30;
}

/// <summary>Limits of what one address may send. Reading pages is never limited.</summary>
public static class RateLimits
{
    public const string Form = "form";
    public const string SignIn = "sign-in";

    private static readonly TimeSpan Window = TimeSpan.FromMinutes(10);

    internal static IServiceCollection AddRateLimits(this IServiceCollection services) =>
        services.AddRateLimiter(limiter =>
        {
            limiter.RejectionStatusCode = StatusCodes.Status429TooManyRequests;
            limiter.AddPolicy(Form, context => PostsFrom(context, options => options.FormsPerTenMinutes));
            limiter.AddPolicy(SignIn, context => PostsFrom(context, options => options.SignInsPerTenMinutes));
            limiter.OnRejected = (rejected, _) =>
            {
                var wait = rejected.Lease.TryGetMetadata(MetadataName.RetryAfter, out var after) ? after : Window;
                rejected.HttpContext.Response.Headers.RetryAfter = ((int)Math.Ceiling(wait.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
                return ValueTask.CompletedTask;
            };
        });

    private static RateLimitPartition<string> PostsFrom(HttpContext context, Func<RateLimitOptions, int> most)
    {
        if (!HttpMethods.IsPost(context.Request.Method))
        {
            return RateLimitPartition.GetNoLimiter("reading");
        }

        var options = context.RequestServices.GetRequiredService<IOptions<RateLimitOptions>>().Value;
        return RateLimitPartition.GetFixedWindowLimiter(
            context.Connection.RemoteIpAddress?.ToString() ?? "unknown",
            _ => new FixedWindowRateLimiterOptions { PermitLimit = most(options), Window = Window });
    }
}
