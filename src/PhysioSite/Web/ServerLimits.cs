using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace PhysioSite.Web;

/// <summary>What one connection may send, and how slowly. Beyond it the server answers 413, 414, 431 or 408, or hangs up.</summary>
internal static class ServerLimits
{
    /// <summary>The longest form is a few kilobytes; this leaves room for every script and still refuses a flood.</summary>
    private const int LongestBody = 256 * 1024;

    /// <summary>The longest address is that of the sign-in page with another page's address in it.</summary>
    private const int LongestLine = 4 * 1024;

    private const int Headers = 16 * 1024;

    public static IServiceCollection AddServerLimits(this IServiceCollection services)
    {
        services.Configure<KestrelServerOptions>(kestrel =>
        {
            kestrel.AddServerHeader = false;
            var limits = kestrel.Limits;
            limits.MaxRequestBodySize = LongestBody;
            limits.MaxRequestLineSize = LongestLine;
            limits.MaxRequestHeadersTotalSize = Headers;
            limits.MaxRequestHeaderCount = 64;
            limits.RequestHeadersTimeout = TimeSpan.FromSeconds(10);
            limits.KeepAliveTimeout = TimeSpan.FromSeconds(60);
            limits.MinRequestBodyDataRate = new MinDataRate(bytesPerSecond: 500, gracePeriod: TimeSpan.FromSeconds(5));
            limits.MaxConcurrentConnections = 5_000;
            limits.MaxConcurrentUpgradedConnections = 0;
            limits.Http2.MaxStreamsPerConnection = 100;
        });
        services.Configure<FormOptions>(forms =>
        {
            forms.ValueCountLimit = 256;
            forms.KeyLengthLimit = 256;
            forms.ValueLengthLimit = LongestBody;
            forms.BufferBodyLengthLimit = LongestBody;
            forms.MultipartBodyLengthLimit = LongestBody;

            // Nothing that was sent goes through a file on its way.
            forms.MemoryBufferThreshold = (int)LongestBody;
        });
        return services;
    }
}
