namespace PhysioSite.Tests.HostileInput;

internal static class Failing
{
    /// <summary>Adds the sent value to the failure message of a step, for loops over hundreds of values.</summary>
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
