using System.IO.Compression;
using System.Net;
using System.Text.Encodings.Web;
using System.Text.Unicode;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.HostFiltering;
using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.AspNetCore.HttpsPolicy;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.ResponseCompression;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.WebEncoders;
using PhysioSite.Data;
using PhysioSite.Web.Caching;
using PhysioSite.Web.Forms;
using PhysioSite.Web.Sitemaps;

namespace PhysioSite.Web;

/// <summary>Web server configuration: headers, cookies, proxies, limits and health checks.</summary>
public static class WebFeature
{
    public static IServiceCollection AddWeb(this IServiceCollection services, IConfiguration configuration)
    {
        AddAddress(services, configuration);
        AddCookies(services);
        AddCompression(services);
        services.AddPageCache();
        services.AddServerLimits();
        services.AddRateLimits(configuration);
        services.AddSiteHealth();

        services.AddSingleton<RefusedForms>();
        services.AddSingleton<RepeatedErrors>();
        services.AddOptions<ExceptionHandlerOptions>().Configure<RepeatedErrors>((options, errors) =>
        {
            options.ExceptionHandlingPath = "/error/500";
            options.StatusCodeSelector = exception => StorageFailure.IsPassing(exception)
                ? StatusCodes.Status503ServiceUnavailable
                : StatusCodes.Status500InternalServerError;
            options.SuppressDiagnosticsCallback = context => !errors.ShouldLog(context.Exception);
        });

        // Insert first, so that these filters run before the framework's host filtering.
        services.Insert(0, ServiceDescriptor.Singleton<IStartupFilter, SecurityHeaders.SecurityHeadersStartupFilter>());
        services.Insert(1, ServiceDescriptor.Singleton<IStartupFilter, PublicHost.PublicHostStartupFilter>());

        // Write characters of every script as they are, not as numeric character references.
        services.Configure<WebEncoderOptions>(options => options.TextEncoderSettings = new TextEncoderSettings(UnicodeRanges.All));
        return services;
    }

    /// <summary>The public address, proxies and HTTPS.</summary>
    private static void AddAddress(IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<SiteOptions>().Bind(configuration.GetSection(SiteOptions.Section))
            .Validate(
                options => Uri.TryCreate(options.PublicOrigin, UriKind.Absolute, out var url)
                    && url.Scheme is "https" or "http"
                    && url.AbsolutePath == "/",
                "Site:PublicOrigin must be the address of the site without a path, like https://www.example.org. It is put into emails "
                    + "and the sitemap.")
            .Validate(
                options => options.KnownProxies.All(proxy => IPAddress.TryParse(proxy, out _)),
                "Each of Site:KnownProxies must be an IP address, like 10.0.0.7.")
            .Validate(
                options => options.KnownNetworks.All(network => System.Net.IPNetwork.TryParse(network, out _)),
                "Each of Site:KnownNetworks must be a network like 10.0.0.0/8.")
            .ValidateOnStart();
        services.AddSingleton<SiteAddress>();
        services.AddSingleton<SitemapFiles>();

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

            // With known proxies there may be several in a row. Each hop must be known, so the client's address cannot be forged.
            forwarded.ForwardLimit = site.Value.KnownProxies.Count + site.Value.KnownNetworks.Count > 0 ? null : 1;
        });
        services.Configure<HttpsRedirectionOptions>(options =>
        {
            options.RedirectStatusCode = StatusCodes.Status308PermanentRedirect;
            options.HttpsPort = 443;
        });
        services.AddOptions<HstsOptions>().Configure<IOptions<SiteOptions>>((options, site) =>
        {
            options.MaxAge = TimeSpan.FromDays(730);
            options.IncludeSubDomains = site.Value.HstsIncludeSubDomains;
        });
    }

    private static void AddCookies(IServiceCollection services)
    {
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
    }

    private static void AddCompression(IServiceCollection services)
    {
        services.AddResponseCompression(options =>
        {
            // Safe with HTTPS: no page contains a secret next to text that a third party can choose. Tokens are encrypted again for each
            // response.
            options.EnableForHttps = true;
            options.Providers.Add<PageCompression>();
            options.Providers.Add<GzipCompressionProvider>();
            options.MimeTypes = [.. ResponseCompressionDefaults.MimeTypes, "image/svg+xml"];
        });
        services.Configure<GzipCompressionProviderOptions>(options => options.Level = CompressionLevel.Optimal);
    }

    /// <summary>
    /// Brotli compression at the level at which a page and the stylesheet fit into the first round trip of a connection. The
    /// framework's provider has no level between 4, which is 6 % larger, and 11, which takes forty times as long.
    /// </summary>
    private sealed class PageCompression : ICompressionProvider
    {
        private static readonly BrotliCompressionOptions Level = new() { Quality = 5 };

        public string EncodingName => "br";

        public bool SupportsFlush => true;

        public Stream CreateStream(Stream outputStream) => new BrotliStream(outputStream, Level, leaveOpen: true);
    }

    /// <summary>Plain HTTP is allowed for localhost and for health checks. All other hosts are redirected to HTTPS.</summary>
    public static IApplicationBuilder UseHttpsExceptLocalhost(this IApplicationBuilder app)
    {
        app.UseHsts();
        return app.UseWhen(
            context => !IsThisMachine(context.Request.Host.Host)
                && !context.Request.Path.StartsWithSegments(HealthChecks.Path, StringComparison.Ordinal),
            branch => branch.UseHttpsRedirection());
    }

    private static bool IsThisMachine(string host) =>
        host == "localhost" || (IPAddress.TryParse(host.Trim('[', ']'), out var address) && IPAddress.IsLoopback(address));
}
