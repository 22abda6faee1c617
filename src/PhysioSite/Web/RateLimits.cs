using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Threading.RateLimiting;
using Microsoft.Extensions.Options;

namespace PhysioSite.Web;

public sealed class RateLimitOptions
{
    public const string Section = "RateLimits";

    /// <summary>Request forms sent from one address in ten minutes. Generous, because a clinic's or a phone company's users share one.</summary>
    public int FormsPerTenMinutes { get; set; } = 60;

    /// <summary>Request forms sent from all addresses together; null: fifty times what one may send.</summary>
    public int? FormsPerTenMinutesOverall { get; set; }

    /// <summary>Sign-ins tried from one address in ten minutes.</summary>
    public int SignInsPerTenMinutes { get; set; } = 30;

    /// <summary>Withdrawals, and positions looked up, from one address in ten minutes.</summary>
    public int OthersPerTenMinutes { get; set; } = 600;

    internal int Overall => FormsPerTenMinutesOverall ?? (int)Math.Min(50L * FormsPerTenMinutes, int.MaxValue);
}

/// <summary>Limits of what may be sent. Reading pages is never limited.</summary>
public static class RateLimits
{
    public const string SignIn = "sign-in";

    /// <summary>What else the public may send, besides the request form, which asks <see cref="FormLimit"/>.</summary>
    public const string Others = "others";

    internal static readonly TimeSpan Window = TimeSpan.FromMinutes(10);

    internal static IServiceCollection AddRateLimits(this IServiceCollection services) => services
        .AddSingleton<FormLimit>()
        .AddRateLimiter(limiter =>
        {
            limiter.RejectionStatusCode = StatusCodes.Status429TooManyRequests;
            limiter.AddPolicy(SignIn, context => PostsFrom(context, options => options.SignInsPerTenMinutes));
            limiter.AddPolicy(Others, context => PostsFrom(context, options => options.OthersPerTenMinutes));
            limiter.OnRejected = (rejected, _) =>
            {
                SayWhen(rejected.Lease, rejected.HttpContext.Response);
                return ValueTask.CompletedTask;
            };
        });

    internal static void SayWhen(RateLimitLease refused, HttpResponse response)
    {
        var wait = refused.TryGetMetadata(MetadataName.RetryAfter, out var after) ? after : Window;
        response.Headers.RetryAfter = ((int)Math.Ceiling(wait.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
    }

    /// <summary>
    /// What counts as one address: of IPv6 the first 64 bits, since whoever has one address there has all that begin alike.
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
/// The limits of the request form. Its page asks them itself, because what it refuses it gives back as it was typed: not every browser
/// keeps that when someone goes back.
/// </summary>
public sealed class FormLimit : IDisposable
{
    private readonly PartitionedRateLimiter<HttpContext> _limiter;

    public FormLimit(IOptions<RateLimitOptions> options)
    {
        // One address that sends too much uses up nothing of what all may send.
        _limiter = PartitionedRateLimiter.CreateChained(
            PartitionedRateLimiter.Create<HttpContext, string>(context => RateLimitPartition.GetFixedWindowLimiter(
                RateLimits.Sender(context.Connection.RemoteIpAddress), _ => RateLimits.InTenMinutes(options.Value.FormsPerTenMinutes))),
            PartitionedRateLimiter.Create<HttpContext, string>(_ => RateLimitPartition.GetFixedWindowLimiter(
                "all", _ => RateLimits.InTenMinutes(options.Value.Overall))));
    }

    /// <summary>Whether this form is one too many. If so, the answer's headers say when to try again.</summary>
    public bool Refuses(HttpContext context)
    {
        using var lease = _limiter.AttemptAcquire(context);
        if (!lease.IsAcquired)
        {
            RateLimits.SayWhen(lease, context.Response);
        }

        return !lease.IsAcquired;
    }

    public void Dispose() => _limiter.Dispose();
}
