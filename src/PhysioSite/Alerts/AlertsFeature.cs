using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;
using PhysioSite.Connections;
using PhysioSite.Web;

namespace PhysioSite.Alerts;

/// <summary>Alerts to a webhook, for operators: for problems that an email could not report.</summary>
public static class AlertsFeature
{
    public static IServiceCollection AddAlerts(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<AlertOptions>().Bind(configuration.GetSection(AlertOptions.Section)).ValidateOnStart();
        services.AddSingleton<IValidateOptions<AlertOptions>, AlertOptionsValidator>();

        // The client's own log messages contain the address, which is often a secret.
        services.AddHttpClient<AlertWebhook>(http => http.Timeout = AlertWebhook.Timeout)
            .RemoveAllLoggers()
            .ConfigurePrimaryHttpMessageHandler(() => new SocketsHttpHandler
            {
                AllowAutoRedirect = false,
                UseCookies = false,
                ConnectCallback = async (context, cancellationToken) =>
                    await ThreadPoolStream.ConnectAsync(context.DnsEndPoint.Host, context.DnsEndPoint.Port, cancellationToken),
            });

        // Without a publisher, the framework runs no health checks on its own.
        if (configuration[$"{AlertOptions.Section}:{nameof(AlertOptions.Url)}"] is { Length: > 0 })
        {
            services.AddSingleton<IHealthCheckPublisher, AlertPublisher>();
            services.Configure<HealthCheckPublisherOptions>(options =>
            {
                options.Predicate = check => check.Tags.Contains(HealthChecks.Ready);

                // By then, a site that was stopped for long has sent the emails that were waiting.
                options.Delay = TimeSpan.FromMinutes(1);
                options.Period = TimeSpan.FromSeconds(30);
            });
        }

        return services;
    }
}
