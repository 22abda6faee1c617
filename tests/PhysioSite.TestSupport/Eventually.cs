using System.Diagnostics;

namespace PhysioSite.TestSupport;

/// <summary>Waits for work outside the HTTP request: polls until a condition is met, and fails after a generous timeout.</summary>
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
