using System.Reflection;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;

namespace PhysioSite.Connections;

/// <summary>
/// Lets Kestrel read a request on the thread that waits for the events of sockets, so that a cached page is sent without a change of
/// threads. .NET has one or a few of these threads for all connections, so whatever can take longer is moved to the thread pool:
/// the pipeline by <see cref="ConnectionPipes"/>, and connections to other servers by <see cref="ThreadPoolStream"/>.
/// docs/decisions/0037-inline-scheduling.md has the reasons and the measurements.
/// </summary>
public static class InlineScheduling
{
    /// <summary>A setting of .NET for the whole process. It has no other form.</summary>
    private const string Variable = "DOTNET_SYSTEM_NET_SOCKETS_INLINE_COMPLETIONS";

    /// <summary>
    /// Must be called before the process uses a socket. Does nothing in a process that runs other code too, such as tests, and when the
    /// operator has set the variable to another value.
    /// </summary>
    public static IServiceCollection AddInlineScheduling(this IServiceCollection services)
    {
        if (Assembly.GetEntryAssembly() != typeof(InlineScheduling).Assembly
            || Environment.GetEnvironmentVariable(Variable) is not (null or "1"))
        {
            return services;
        }

        Environment.SetEnvironmentVariable(Variable, "1");
        services.Configure<SocketTransportOptions>(options => options.UnsafePreferInlineScheduling = true);
        services.Configure<KestrelServerOptions>(kestrel =>
            kestrel.ConfigureEndpointDefaults(endpoint => endpoint.Use(next => connection =>
            {
                var pipes = new ConnectionPipes(connection.Transport);
                connection.Transport = pipes;
                connection.Features.Set(pipes);
                return next(connection);
            })));
        return services;
    }
}
