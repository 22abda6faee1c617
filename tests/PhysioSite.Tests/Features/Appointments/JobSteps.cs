using Microsoft.EntityFrameworkCore;
using PhysioSite.Email.Outbox;
using PhysioSite.Features.Appointments.Jobs;
using PhysioSite.Features.Appointments.Notifications;

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

    /// <summary>"To the clinic: madison@…" for each email about the request or with a list that names it.</summary>
    public static async Task<List<string>> NotifiedAsync(this Site site, string about)
    {
        var mails = await site.WithDatabaseAsync(db => db.Set<OutboxEmail>().AsNoTracking()
            .Where(mail => mail.Reference == about || mail.Reference.StartsWith(RequestNotifications.UnansweredPrefix))
            .OrderBy(mail => mail.Kind)
            .ToListAsync());
        return
        [
            .. mails
                .Where(mail => mail.Kind is not (EmailKind.ClinicNotice or EmailKind.PatientConfirmation))
                .Where(mail => mail.Reference == about || mail.Content.Value!.Text.Contains(about, StringComparison.Ordinal))
                .Select(mail => $"{EmailKindConverter.ToName(mail.Kind)}: {mail.Content.Value!.To}"),
        ];
    }
}
