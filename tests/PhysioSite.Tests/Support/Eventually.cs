using System.Diagnostics;

namespace PhysioSite.Tests.Support;

/// <summary>For what happens beside the request: looks again until it is so, and fails after a generous limit.</summary>
public static class Eventually
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(90);

    public static async Task<T> GetAsync<T>(Func<Task<T?>> look, string what)
        where T : class
    {
        for (var watch = Stopwatch.StartNew(); watch.Elapsed < Limit; await Task.Delay(20))
        {
            if (await look() is { } found)
            {
                return found;
            }
        }

        throw new TimeoutException($"Not within {Limit.TotalSeconds} seconds: {what}.");
    }

    public static Task TrueAsync(Func<Task<bool>> look, string what) => GetAsync(async () => await look() ? "yes" : null, what);
}
