using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace PhysioSite.Web;

/// <summary>
/// Limits on the size and minimum rate of the data sent on a connection. When a limit is exceeded, the server responds with 413, 414,
/// 431 or 408, or closes the connection.
/// </summary>
internal static class ServerLimits
{
    /// <summary>
    /// In bytes. The longest form is a few kilobytes. The limit leaves room for text in any script and still rejects excessive input.
    /// </summary>
    private const int LongestBody = 256 * 1024;

    /// <summary>In bytes. The longest URL is the sign-in page with a return URL.</summary>
    private const int LongestLine = 4 * 1024;

    private const int Headers = 16 * 1024;

    /// <summary>The longest form has a checkbox for each clinic.</summary>
    private const int MostValues = 4 * 1024;

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
            forms.ValueCountLimit = MostValues;
            forms.KeyLengthLimit = 256;
            forms.ValueLengthLimit = LongestBody;
            forms.BufferBodyLengthLimit = LongestBody;
            forms.MultipartBodyLengthLimit = LongestBody;

            // Keep form data in memory. It must not be buffered in a temporary file.
            forms.MemoryBufferThreshold = (int)LongestBody;
        });
        return services;
    }
}
