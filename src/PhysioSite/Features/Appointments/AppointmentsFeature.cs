using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;
using PhysioSite.Content;
using PhysioSite.Features.Appointments.Indexing;
using PhysioSite.Features.Appointments.History;
using PhysioSite.Features.Appointments.Jobs;
using PhysioSite.Features.Appointments.Metrics;
using PhysioSite.Features.Appointments.Notifications;
using PhysioSite.Features.Appointments.Request;
using PhysioSite.Features.Appointments.Spam;
using PhysioSite.Features.Clinics;
using PhysioSite.Localization;
using PhysioSite.Web;
using static PhysioSite.Localization.Texts;

namespace PhysioSite.Features.Appointments;

public static class AppointmentsFeature
{
    public static IServiceCollection AddAppointments(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<AppointmentOptions>().Bind(configuration.GetSection(AppointmentOptions.Section))
            .Validate(
                options => options.AnswerWithinOpenHours is > 0 and <= 400,
                "Appointments:AnswerWithinOpenHours must be more than 0 and at most 400 opening hours.")
            .Validate(
                options => options.ClaimOpenHours is >= 0 and <= 400,
                "Appointments:ClaimOpenHours must be at least 0 and at most 400 opening hours. 0 turns it off.")
            .Validate(options => options.VisitMinutes is >= 5 and <= 480, "Appointments:VisitMinutes must be from 5 to 480.")
            .Validate(
                options => options.PublicOnTimeDays is 0 or (>= 7 and <= 180),
                "Appointments:PublicOnTimeDays must be from 7 to 180 days. 0 turns it off.")
            .ValidateOnStart();
        services.AddOptions<SpamOptions>().Bind(configuration.GetSection(SpamOptions.Section))
            .Validate(
                options => options.FastestSeconds is >= 0 and <= 60,
                "Spam:FastestSeconds must be at least 0 and at most 60 seconds. 0 turns it off.")
            .Validate(options => options.SameNotes >= 0, "Spam:SameNotes must be at least 0. 0 turns it off.")
            .Validate(options => options.ConfirmationsPerAddress >= 0, "Spam:ConfirmationsPerAddress must be at least 0. 0 turns it off.")
            .ValidateOnStart();
        services.AddSingleton<SubmissionKeys>();
        services.AddSingleton<RepeatedNotes>();
        services.AddSingleton<SpamDetection>();
        services.AddSingleton<IndexSecret>();
        services.AddSingleton<RequestIndex>();
        services.AddScoped<IndexBuilder>();
        services.AddSingleton<IndexService>();
        services.AddHostedService(provider => provider.GetRequiredService<IndexService>());
        services.AddHealthChecks()
            .AddDatabaseCheck<ClinicsHealth>("clinics", HealthStatus.Degraded)
            .AddDatabaseCheck<RetentionHealth>("retention", HealthStatus.Degraded);
        services.AddSingleton<RequestMetrics>();
        services.AddSingleton<OnTimeFigure>();
        services.AddScoped<RequestNotifications>();
        services.AddScoped<PatientNotifications>();
        services.AddScoped<AppointmentService>();
        AddJobs(services, configuration);
        return services;
    }

    public static void MapAppointments(this IEndpointRouteBuilder routes)
    {
        // Called by the scripts of the home page and the form, which show the result below the ZIP code.
        routes.MapGet(SitePaths.RequestPreview, NearestClinic).WithMetadata(new Translated(), new SkipStatusCodePagesAttribute());
    }

    private static IResult NearestClinic(
        string? zip,
        string? visit,
        HttpResponse response,
        ContentLibrary library,
        ClinicDirectory directory,
        TimeProvider time,
        IOptions<AppointmentOptions> options)
    {
        response.Headers.CacheControl = "no-store";
        var digits = ZipCodes.FiveDigits(zip);
        if (!ZipCodes.IsFiveDigits(digits))
        {
            return Results.BadRequest();
        }

        var (content, utc) = (library.Current, time.GetUtcNow().UtcDateTime);
        var (text, clinic) = AssignmentPreview.Describe(digits, visit ?? "clinic", content, directory, utc, options.Value.AnswerWithin);
        return Results.Json(new
        {
            text,
            ask = clinic is null ? null : $"{content.Language.Prefix}{SitePaths.RequestAppointment}?clinic={clinic.Slug}&zip={digits}",
            call = clinic?.Phone.Link,
            phone = clinic is null ? null : Localize($"Call {clinic.Phone}"),
        });
    }

    /// <summary>The scheduled jobs.</summary>
    private static void AddJobs(IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<RetentionOptions>().Bind(configuration.GetSection(RetentionOptions.Section))
            .Validate(
                options => RetentionOptions.IsSound(options.ClosedDays),
                RetentionOptions.Problem(nameof(RetentionOptions.ClosedDays), "closed and withdrawn requests"))
            .Validate(
                options => RetentionOptions.IsSound(options.SpamDays),
                RetentionOptions.Problem(nameof(RetentionOptions.SpamDays), "requests held as possible spam"))
            .Validate(
                options => RetentionOptions.IsSound(options.OpenDays),
                RetentionOptions.Problem(nameof(RetentionOptions.OpenDays), "open requests without a change"))
            .Validate(
                options => RetentionOptions.IsSound(options.EmailBodyDays),
                RetentionOptions.Problem(nameof(RetentionOptions.EmailBodyDays), "the texts of sent emails"))
            .Validate(
                options => options.ConfirmAfterDays is >= 0 and <= 365,
                "Retention:ConfirmAfterDays must be 0 to 365. 0 turns the check off.")
            .ValidateOnStart();
        services.AddSingleton<RetentionGuard>();
        services.AddScoped<Escalation>();
        services.AddScoped<StaleClaims>();
        services.AddScoped<Reminders>();
        services.AddScoped<UntouchedRequests>();
        services.AddScoped<MorningDigest>();
        services.AddScoped<Erasure>();
        services.AddScoped<Retention>();
        services.AddSingleton<AppointmentJobs>();
        services.AddHostedService(provider => provider.GetRequiredService<AppointmentJobs>());
    }
}
