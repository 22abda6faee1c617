using FluentValidation;

namespace PhysioSite.Features.Appointments;

public static class AppointmentsFeature
{
    public static IServiceCollection AddAppointments(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<AppointmentOptions>().Bind(configuration.GetSection(AppointmentOptions.Section))
            .Validate(
                options => options.AnswerWithinOpenHours is > 0 and <= 400,
                "Appointments:AnswerWithinOpenHours must be more than 0 and at most 400 opening hours.")
            .ValidateOnStart();
        services.AddSingleton<FormKeys>();
        services.AddScoped<IValidator<RequestForm>, RequestFormValidator>();
        services.AddScoped<AppointmentDesk>();
        return services;
    }
}
