using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Threading.RateLimiting;
using Microsoft.Extensions.Options;
using PhysioSite.Data.Providers;

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

/// <summary>
/// Rate limits for submissions. Reading pages is not limited. A page charges a limit itself, after it has checked the antiforgery token, so
/// that empty posts from a shared address do not use up the limit of everybody there.
/// </summary>
public static class RateLimits
{
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
        services.AddSingleton<PostLimit>();
        return services;
    }

    /// <summary>Limits the posts to an endpoint that is not a page and needs no token.</summary>
    public static RouteHandlerBuilder LimitPublicPosts(this RouteHandlerBuilder endpoint, string group) =>
        endpoint.AddEndpointFilter(async (context, next) =>
            await context.HttpContext.RequestServices.GetRequiredService<PostLimit>().RefusesPublicPostAsync(context.HttpContext, group)
                ? Results.StatusCode(StatusCodes.Status429TooManyRequests)
                : await next(context));

    internal static void SetRetryAfter(RateLimitLease refused, HttpResponse response) =>
        SetRetryAfter(refused.TryGetMetadata(MetadataName.RetryAfter, out var after) ? after : Window, response);

    internal static void SetRetryAfter(TimeSpan wait, HttpResponse response)
    {
        response.Headers.RetryAfter = ((int)Math.Ceiling(wait.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
    }

    /// <summary>
    /// Returns the partition key for a client address. For IPv6 it is the first 64 bits, because a client with one address in such a
    /// network controls all of them.
    /// </summary>
    internal static string Sender(IPAddress? address) => Network(address, 64);

    /// <param name="bits">The length of the network for an IPv6 address. Several customers of a provider may share a shorter one.</param>
    internal static string Network(IPAddress? address, int bits) => address switch
    {
        null => "unknown",
        { IsIPv4MappedToIPv6: true } => address.MapToIPv4().ToString(),
        { AddressFamily: AddressFamily.InterNetworkV6 } => Convert.ToHexString(address.GetAddressBytes().AsSpan(0, bits / 8)),
        _ => address.ToString(),
    };

    internal static FixedWindowRateLimiterOptions InTenMinutes(int most) => new() { PermitLimit = most, Window = Window };
}

/// <summary>
/// Limits posts of one group, such as sign-ins, per client. A page calls it after it has checked the antiforgery token. An instance first
/// counts by itself, so that what it refuses costs the other instances and the database nothing.
/// </summary>
public sealed class PostLimit(ISharedCounts shared, IOptions<RateLimitOptions> options) : IDisposable
{
    private readonly PartitionedRateLimiter<(string Group, string Client, int Most)> _limiter =
        PartitionedRateLimiter.Create<(string Group, string Client, int Most), (string Group, string Client)>(post =>
            RateLimitPartition.GetFixedWindowLimiter((post.Group, post.Client), _ => RateLimits.InTenMinutes(post.Most)));

    /// <param name="client">Who is counted: a known browser or a person. Null for the address.</param>
    public Task<bool> RefusesSignInAsync(HttpContext context, string? client) =>
        RefusesAsync(context, "sign-in", client, options.Value.SignInsPerTenMinutes);

    /// <param name="group">What is posted. Each group has the limit for itself.</param>
    public Task<bool> RefusesPublicPostAsync(HttpContext context, string group) =>
        RefusesAsync(context, group, null, options.Value.PublicPostsPerTenMinutes);

    public void Dispose() => _limiter.Dispose();

    /// <summary>Returns whether a post exceeds the limit. If it does, the response headers state when to retry.</summary>
    private async Task<bool> RefusesAsync(HttpContext context, string group, string? client, int most)
    {
        client ??= RateLimits.Sender(context.Connection.RemoteIpAddress);
        using var lease = _limiter.AttemptAcquire((group, client, most));
        if (!lease.IsAcquired)
        {
            RateLimits.SetRetryAfter(lease, context.Response);
            return true;
        }

        if (await shared.CountAsync($"{group} {client}", RateLimits.Window) is { } all && all.Count > most)
        {
            RateLimits.SetRetryAfter(all.Left, context.Response);
            return true;
        }

        return false;
    }
}

public enum FormAdmission
{
    Accepted,

    /// <summary>Above the limit of all addresses together: stored, but its emails are replaced by one summary for each clinic.</summary>
    WithoutEmails,

    Refused,
}

/// <summary>
/// The rate limits of the request form. They count only valid forms that are about to be stored. The page calls it, so that it can return
/// the submitted values with the error: not every browser keeps them when the user goes back. As with <see cref="PostLimit"/>, the
/// instance's own limits come first.
/// </summary>
public sealed class FormLimit : IDisposable
{
    /// <summary>How many times the overall limit is stored before forms are refused.</summary>
    private const int Ceiling = 10;

    /// <summary>IPv6 networks that one client may control, each with how many times the limit of one address it has.</summary>
    private static readonly (int Bits, int Times)[] Networks = [(64, 1), (56, 2), (48, 4)];

    private readonly ISharedCounts _shared;
    private readonly int _most;
    private readonly int _mostOverall;
    private readonly PartitionedRateLimiter<HttpContext> _perClient;
    private readonly FixedWindowRateLimiter _overall;
    private readonly FixedWindowRateLimiter _ceiling;

    public FormLimit(ISharedCounts shared, IOptions<RateLimitOptions> options)
    {
        (_shared, _most, _mostOverall) = (shared, options.Value.FormsPerTenMinutes, options.Value.Overall);
        _perClient = PartitionedRateLimiter.CreateChained([.. Networks.Select(network =>
            PartitionedRateLimiter.Create<HttpContext, string>(context => RateLimitPartition.GetFixedWindowLimiter(
                RateLimits.Network(context.Connection.RemoteIpAddress, network.Bits),
                _ => RateLimits.InTenMinutes(Times(_most, network.Times)))))]);
        _overall = new FixedWindowRateLimiter(RateLimits.InTenMinutes(_mostOverall));
        _ceiling = new FixedWindowRateLimiter(RateLimits.InTenMinutes(Times(_mostOverall, Ceiling)));
    }

    /// <summary>Counts a form. If it is refused, the response headers state when to retry.</summary>
    public async Task<FormAdmission> AdmitAsync(HttpContext context)
    {
        // The limits of the client come first, so that a client above them does not consume the overall limit.
        if (await RefusesClientAsync(context))
        {
            return FormAdmission.Refused;
        }

        using var ceiling = _ceiling.AttemptAcquire();
        if (!ceiling.IsAcquired)
        {
            RateLimits.SetRetryAfter(ceiling, context.Response);
            return FormAdmission.Refused;
        }

        using var overall = _overall.AttemptAcquire();
        var all = await _shared.CountAsync("forms", RateLimits.Window) ?? default;
        if (all.Count > Times(_mostOverall, Ceiling))
        {
            RateLimits.SetRetryAfter(all.Left, context.Response);
            return FormAdmission.Refused;
        }

        return overall.IsAcquired && all.Count <= _mostOverall ? FormAdmission.Accepted : FormAdmission.WithoutEmails;
    }

    public void Dispose()
    {
        _perClient.Dispose();
        _overall.Dispose();
        _ceiling.Dispose();
    }

    private async Task<bool> RefusesClientAsync(HttpContext context)
    {
        using var client = _perClient.AttemptAcquire(context);
        if (!client.IsAcquired)
        {
            RateLimits.SetRetryAfter(client, context.Response);
            return true;
        }

        // One after the other, so that a client above the limit of its address does not use up that of its network.
        var address = context.Connection.RemoteIpAddress;
        foreach (var (bits, times) in Networks.DistinctBy(network => RateLimits.Network(address, network.Bits)))
        {
            var count = await _shared.CountAsync($"form {RateLimits.Network(address, bits)}", RateLimits.Window) ?? default;
            if (count.Count > Times(_most, times))
            {
                RateLimits.SetRetryAfter(count.Left, context.Response);
                return true;
            }
        }

        return false;
    }

    private static int Times(int limit, int times) => (int)Math.Min((long)limit * times, int.MaxValue);
}
