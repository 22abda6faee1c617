using Microsoft.Extensions.Options;
using PhysioSite.Data.Saving;
using PhysioSite.Email.Outbox;
using PhysioSite.Email.Transports;

namespace PhysioSite.Email;

public static class EmailFeature
{
    public static IServiceCollection AddEmail(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<EmailOptions>().Bind(configuration.GetSection(EmailOptions.Section)).ValidateOnStart();
        services.AddSingleton<IValidateOptions<EmailOptions>, EmailOptionsValidator>();
        services.AddSingleton<OutboxSignal>();
        services.AddSingleton<ISavedRowsObserver, SavedEmails>();
        services.AddScoped<OutboxService>();
        services.AddScoped<OutboxBodies>();
        services.AddSingleton<DkimSigning>();
        services.AddSingleton<EmailMessageComposer>();
        services.AddSingleton<PickupFolderTransport>();
        services.AddSingleton<PickupFolder>();
        services.AddSingleton<SmtpTransport>();
        services.AddSingleton<IEmailTransport>(provider => provider.GetRequiredService<IOptions<EmailOptions>>().Value.Smtp.Host.Length > 0
            ? provider.GetRequiredService<SmtpTransport>()
            : provider.GetRequiredService<PickupFolderTransport>());
        services.AddSingleton<EmailMetrics>();
        services.AddSingleton<OutboxWorker>();
        services.AddHostedService(provider => provider.GetRequiredService<OutboxWorker>());
        return services;
    }
}
