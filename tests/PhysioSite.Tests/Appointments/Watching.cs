using PhysioSite.Features.Appointments.Jobs;
using PhysioSite.Tests.Support;

namespace PhysioSite.Tests.Appointments;

/// <summary>Passing time: a look at what the clock has made due, or the service's own timer.</summary>
internal static class Watching
{
    public static Task LookAsync(this Site site) => site.Services.GetRequiredService<AppointmentJobs>().LookAsync(CancellationToken.None);

    public static async Task LookAtAsync(this Site site, DateTimeOffset time)
    {
        site.Clock.Set(time);
        await site.LookAsync();
    }

    /// <summary>Rings the service's timer until it has done what is looked for.</summary>
    public static Task RingUntilAsync(this Site site, Func<Task<bool>> done, string what) => Eventually.TrueAsync(
        async () =>
        {
            site.Clock.Ring();
            return await done();
        },
        what);

    /// <summary>"To the clinic → madison@…" of each mail about it.</summary>
    public static async Task<List<string>> ToldAsync(this Site site, string about) =>
        [.. (await Stored.MailsAsync(site, about)).Where(mail => !mail.Kind.StartsWith("To the", StringComparison.Ordinal)).Select(mail => $"{mail.Kind}: {mail.Content.Value!.To}")];
}
