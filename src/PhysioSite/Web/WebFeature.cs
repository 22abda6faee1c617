using System.IO.Compression;
using System.Net;
using System.Text.Encodings.Web;
using System.Text.Unicode;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.HostFiltering;
using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.AspNetCore.HttpsPolicy;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.ResponseCompression;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.WebEncoders;

namespace PhysioSite.Web;

/// <summary>How the site stands on the web: headers, cookies, proxies, limits, health.</summary>
public static class WebFeature
{
    public static IServiceCollection AddWeb(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<SiteOptions>().Bind(configuration.GetSection(SiteOptions.Section))
            .Validate(
                options => Uri.TryCreate(options.PublicOrigin, UriKind.Absolute, out var url) && url.Scheme is "https" or "http" && url.AbsolutePath == "/",
                "Site:PublicOrigin must be the address of the site without a path, like https://www.example.org. It is put into mails and the sitemap.")
            .Validate(
                options => options.KnownProxies.All(proxy => IPAddress.TryParse(proxy, out _)),
                "Each of Site:KnownProxies must be an IP address, like 10.0.0.7.")
            .Validate(
                options => options.KnownNetworks.All(network => System.Net.IPNetwork.TryParse(network, out _)),
                "Each of Site:KnownNetworks must be a network like 10.0.0.0/8.")
            .ValidateOnStart();
        services.AddSingleton<SiteAddress>();

        services.AddOptions<HostFilteringOptions>().PostConfigure<IOptions<SiteOptions>>((filter, site) =>
        {
            if (configuration["AllowedHosts"] is null or "")
            {
                filter.AllowedHosts = ["localhost", "127.0.0.1", "[::1]", new Uri(site.Value.PublicOrigin).Host];
            }
        });
        services.AddOptions<ForwardedHeadersOptions>().Configure<IOptions<SiteOptions>>((forwarded, site) =>
        {
            forwarded.ForwardedHeaders = ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto;
            foreach (var proxy in site.Value.KnownProxies)
            {
                forwarded.KnownProxies.Add(IPAddress.Parse(proxy));
            }

            foreach (var network in site.Value.KnownNetworks)
            {
                forwarded.KnownIPNetworks.Add(System.Net.IPNetwork.Parse(network));
            }
        });
        services.Configure<HttpsRedirectionOptions>(options =>
        {
            options.RedirectStatusCode = StatusCodes.Status308PermanentRedirect;
            options.HttpsPort = 443;
        });
        services.Configure<HstsOptions>(options =>
        {
            options.MaxAge = TimeSpan.FromDays(730);
            options.IncludeSubDomains = true;
        });

        services.Configure<AntiforgeryOptions>(options =>
        {
            options.Cookie.Name = "__Host-form";
            options.Cookie.Path = "/";
            options.Cookie.SecurePolicy = CookieSecurePolicy.SameAsRequest;
            options.Cookie.SameSite = SameSiteMode.Lax;
            // The site sends its own, stricter header.
            options.SuppressXFrameOptionsHeader = true;
        });
        services.Configure<CookieTempDataProviderOptions>(options =>
        {
            options.Cookie.Name = "__Host-receipt";
            options.Cookie.Path = "/";
            options.Cookie.SecurePolicy = CookieSecurePolicy.SameAsRequest;
            options.Cookie.SameSite = SameSiteMode.Lax;
        });
        services.AddServerLimits();
        // First of all, so outside of the framework's check of host names.
        services.Insert(0, ServiceDescriptor.Singleton<IStartupFilter, SecurityHeaders.SecurityHeadersStartupFilter>());

        // Names in every script are written as themselves, not as numbers.
        services.Configure<WebEncoderOptions>(options => options.TextEncoderSettings = new TextEncoderSettings(UnicodeRanges.All));
        services.AddResponseCompression(options =>
        {
            // No page holds a secret beside text that a third party could choose: tokens are encrypted anew for each answer.
            options.EnableForHttps = true;
            options.Providers.Add<PageCompression>();
            options.Providers.Add<GzipCompressionProvider>();
            options.MimeTypes = [.. ResponseCompressionDefaults.MimeTypes, "image/svg+xml"];
        });
        services.Configure<GzipCompressionProviderOptions>(options => options.Level = CompressionLevel.Optimal);
        services.AddOptions<RateLimitOptions>().Bind(configuration.GetSection(RateLimitOptions.Section))
            .Validate(options => options.FormsPerTenMinutes > 0, "RateLimits:FormsPerTenMinutes must be at least 1.")
            .Validate(
                options => options.Overall >= options.FormsPerTenMinutes,
                "RateLimits:FormsPerTenMinutesOverall must be at least RateLimits:FormsPerTenMinutes, which one address may send. Leave it out for fifty times that.")
            .Validate(options => options.OthersPerTenMinutes > 0, "RateLimits:OthersPerTenMinutes must be at least 1.")
            .Validate(options => options.SignInsPerTenMinutes > 0, "RateLimits:SignInsPerTenMinutes must be at least 1.")
            .ValidateOnStart();
        services.AddRateLimits();
        services.AddSiteHealth();
        return services;
    }

    /// <summary>
    /// Brotli at the level at which a page and the stylesheet fit into a connection's first round trip. The framework's provider has
    /// none between 4, which is 6 % larger, and 11, which takes forty times as long.
    /// </summary>
    private sealed class PageCompression : ICompressionProvider
    {
        private static readonly BrotliCompressionOptions Level = new() { Quality = 5 };

        public string EncodingName => "br";

        public bool SupportsFlush => true;

        public Stream CreateStream(Stream outputStream) => new BrotliStream(outputStream, Level, leaveOpen: true);
    }

    /// <summary>Plain http is for this machine; any other host is sent to https, but for a probe of health.</summary>
    public static IApplicationBuilder UseHttpsExceptLocalhost(this IApplicationBuilder app)
    {
        app.UseHsts();
        return app.UseWhen(
            context => !IsThisMachine(context.Request.Host.Host) && !context.Request.Path.StartsWithSegments(HealthChecks.Path, StringComparison.Ordinal),
            branch => branch.UseHttpsRedirection());
    }

    /// <summary>
    /// Reads a form before anything asks for a field, so that one that is too large or broken is answered as such, and not taken for an
    /// empty one. No form of the site sends files, so one in parts is not read at all.
    /// </summary>
    public static IApplicationBuilder UseFormBodyValidation(this IApplicationBuilder app) => app.Use(async (context, next) =>
    {
        if (context.Request.HasFormContentType && context.Features.Get<IStatusCodeReExecuteFeature>() is null)
        {
            try
            {
                if ((await context.Request.ReadFormAsync(context.RequestAborted)).Files.Count > 0)
                {
                    // No form asks for a file.
                    context.Response.StatusCode = StatusCodes.Status400BadRequest;
                    return;
                }
            }
            catch (Exception e) when (e is BadHttpRequestException or InvalidDataException)
            {
                context.Response.StatusCode = e is BadHttpRequestException bad ? bad.StatusCode : StatusCodes.Status400BadRequest;
                return;
            }
        }

        await next(context);
    });

    private static bool IsThisMachine(string host) =>
        host == "localhost" || (IPAddress.TryParse(host.Trim('[', ']'), out var address) && IPAddress.IsLoopback(address));
}
