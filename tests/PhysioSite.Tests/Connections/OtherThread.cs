namespace PhysioSite.Tests.Connections;

/// <summary>Stands in for the thread that waits for sockets: it does not belong to the thread pool.</summary>
internal static class OtherThread
{
    /// <summary>Runs <paramref name="action"/> on such a thread until the action returns or first waits.</summary>
    /// <returns>The thread, which has ended.</returns>
    public static Thread Run(Action action)
    {
        Exception? failure = null;
        var thread = new Thread(() =>
        {
            try
            {
                action();
            }
            catch (Exception e)
            {
                failure = e;
            }
        });
        thread.Start();
        thread.Join();
        Assert.Null(failure);
        return thread;
    }

    /// <summary>The thread on which code continues that waits for <paramref name="operation"/>, also when it fails.</summary>
    public static async Task<Thread> AfterAsync(Task operation)
    {
        await operation.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return Thread.CurrentThread;
    }
}
