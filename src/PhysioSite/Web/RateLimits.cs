using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Threading.RateLimiting;
using Microsoft.Extensions.Options;

namespace PhysioSite.Web;

public sealed class RateLimitOptions
{
    public const string Section = "RateLimits";

    /// <summary>
    /// Request forms per client address in ten minutes. The limit is high because the users of a clinic or a phone company share one
    /// address.
    /// </summary>
    public int FormsPerTenMinutes { get; set; } = 60;

    /// <summary>Request forms from all addresses in ten minutes. If null, fifty times the limit for one address.</summary>
    public int? FormsPerTenMinutesOverall { get; set; }

    /// <summary>Sign-in attempts per client address in ten minutes.</summary>
    public int SignInsPerTenMinutes { get; set; } = 30;

    /// <summary>Withdrawals and position lookups per client address in ten minutes.</summary>
    public int PublicPostsPerTenMinutes { get; set; } = 600;

    internal int Overall => FormsPerTenMinutesOverall ?? (int)Math.Min(50L * FormsPerTenMinutes, int.MaxValue);
}

/// <summary>Rate limits for submissions. Reading pages is not limited.</summary>
public static class RateLimits
{
    public const string SignIn = "sign-in";

    /// <summary>The policy for public submissions other than the request form, which uses <see cref="FormLimit"/>.</summary>
    public const string PublicPosts = "public-posts";

    internal static readonly TimeSpan Window = TimeSpan.FromMinutes(10);

    internal static IServiceCollection AddRateLimits(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<RateLimitOptions>().Bind(configuration.GetSection(RateLimitOptions.Section))
            .Validate(options => options.FormsPerTenMinutes > 0, "RateLimits:FormsPerTenMinutes must be at least 1.")
            .Validate(
                options => options.Overall >= options.FormsPerTenMinutes,
                "RateLimits:FormsPerTenMinutesOverall must be at least RateLimits:FormsPerTenMinutes, which one address may send. "
                    + "Leave it out for fifty times that.")
            .Validate(options => options.PublicPostsPerTenMinutes > 0, "RateLimits:PublicPostsPerTenMinutes must be at least 1.")
            .Validate(options => options.SignInsPerTenMinutes > 0, "RateLimits:SignInsPerTenMinutes must be at least 1.")
            .ValidateOnStart();
        services.AddSingleton<FormLimit>();
        return services.AddRateLimiter(limiter =>
        {
            limiter.RejectionStatusCode = StatusCodes.Status429TooManyRequests;
            limiter.AddPolicy(SignIn, context => PostsFrom(context, options => options.SignInsPerTenMinutes));
            limiter.AddPolicy(PublicPosts, context => PostsFrom(context, options => options.PublicPostsPerTenMinutes));
            limiter.OnRejected = (rejected, _) =>
            {
                SetRetryAfter(rejected.Lease, rejected.HttpContext.Response);
                return ValueTask.CompletedTask;
            };
        });
    }

    internal static void SetRetryAfter(RateLimitLease refused, HttpResponse response)
    {
        var wait = refused.TryGetMetadata(MetadataName.RetryAfter, out var after) ? after : Window;
        response.Headers.RetryAfter = ((int)Math.Ceiling(wait.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
    }

    /// <summary>
    /// Returns the partition key for a client address. For IPv6 it is the first 64 bits, because a client with one address in such a
    /// network controls all of them.
    /// </summary>
    internal static string Sender(IPAddress? address) => address switch
    {
        null => "unknown",
        { IsIPv4MappedToIPv6: true } => address.MapToIPv4().ToString(),
        { AddressFamily: AddressFamily.InterNetworkV6 } => Convert.ToHexString(address.GetAddressBytes().AsSpan(0, 8)),
        _ => address.ToString(),
    };

    internal static FixedWindowRateLimiterOptions InTenMinutes(int most) => new() { PermitLimit = most, Window = Window };

    private static RateLimitPartition<string> PostsFrom(HttpContext context, Func<RateLimitOptions, int> most)
    {
        if (!HttpMethods.IsPost(context.Request.Method))
        {
            return RateLimitPartition.GetNoLimiter("reading");
        }

        var options = context.RequestServices.GetRequiredService<IOptions<RateLimitOptions>>().Value;
        return RateLimitPartition.GetFixedWindowLimiter(Sender(context.Connection.RemoteIpAddress), _ => InTenMinutes(most(options)));
    }
}

/// <summary>
/// The rate limits of the request form. The page checks them itself so that it can return the submitted values with the error: not
/// every browser keeps them when the user goes back.
/// </summary>
public sealed class FormLimit : IDisposable
{
    private readonly PartitionedRateLimiter<HttpContext> _limiter;

    public FormLimit(IOptions<RateLimitOptions> options)
    {
        // The per-address limiter is first, so that an address over its limit does not consume the overall limit.
        _limiter = PartitionedRateLimiter.CreateChained(
            PartitionedRateLimiter.Create<HttpContext, string>(context => RateLimitPartition.GetFixedWindowLimiter(
                RateLimits.Sender(context.Connection.RemoteIpAddress), _ => RateLimits.InTenMinutes(options.Value.FormsPerTenMinutes))),
            PartitionedRateLimiter.Create<HttpContext, string>(_ => RateLimitPartition.GetFixedWindowLimiter(
                "all", _ => RateLimits.InTenMinutes(options.Value.Overall))));
    }

    /// <summary>Returns whether this form submission exceeds a limit. If it does, the response headers state when to retry.</summary>
    public bool Refuses(HttpContext context)
    {
        using var lease = _limiter.AttemptAcquire(context);
        if (!lease.IsAcquired)
        {
            RateLimits.SetRetryAfter(lease, context.Response);
        }

        return !lease.IsAcquired;
    }

    public void Dispose() => _limiter.Dispose();
}
