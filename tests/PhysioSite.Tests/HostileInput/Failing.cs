namespace PhysioSite.Tests.HostileInput;

internal static class Failing
{
    /// <summary>Names what was sent when a step fails, for a loop over hundreds of values.</summary>
    public static async Task NamesAsync(Hostile hostile, Func<Task> step)
    {
        try
        {
            await step();
        }
        catch (Exception e)
        {
            throw new InvalidOperationException($"{hostile}: {e.Message}", e);
        }
    }
}
