using PhysioSite.Email.Outbox;
using PhysioSite.Features.Appointments.Jobs;
using PhysioSite.Tests.Email.Outbox;

namespace PhysioSite.Tests.Features.Appointments;

/// <summary>Simulates passing time: runs the work that is due by the clock, or fires the service's own timer.</summary>
internal static class JobSteps
{
    public static Task RunJobsAsync(this Site site) =>
        site.Services.GetRequiredService<AppointmentJobs>().RunOnceAsync(CancellationToken.None);

    public static async Task RunJobsAtAsync(this Site site, DateTimeOffset time)
    {
        site.Clock.Set(time);
        await site.RunJobsAsync();
    }

    /// <summary>Fires the service's timer until the condition is true.</summary>
    public static Task FireTimersUntilAsync(this Site site, Func<Task<bool>> done, string what) => Eventually.TrueAsync(
        async () =>
        {
            site.Clock.FireTimers();
            return await done();
        },
        what);

    /// <summary>"To the clinic → madison@…" for each email about the request.</summary>
    public static async Task<List<string>> NotifiedAsync(this Site site, string about) =>
        [.. (await site.MailsAsync(about))
            .Where(mail => mail.Kind is not (EmailKind.ClinicNotice or EmailKind.PatientConfirmation))
            .Select(mail => $"{EmailKindConverter.ToName(mail.Kind)}: {mail.Content.Value!.To}")];
}
