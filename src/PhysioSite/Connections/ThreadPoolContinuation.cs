namespace PhysioSite.Connections;

internal static class ThreadPoolContinuation
{
    /// <summary>Waits for <paramref name="operation"/> and then continues on a thread of the thread pool, also after an error.</summary>
    public static async ValueTask<T> ContinueOnThreadPoolAsync<T>(this ValueTask<T> operation)
    {
        try
        {
            return await operation.ConfigureAwait(false);
        }
        finally
        {
            await MoveAsync().ConfigureAwait(false);
        }
    }

    /// <inheritdoc cref="ContinueOnThreadPoolAsync{T}"/>
    public static async ValueTask ContinueOnThreadPoolAsync(this ValueTask operation)
    {
        try
        {
            await operation.ConfigureAwait(false);
        }
        finally
        {
            await MoveAsync().ConfigureAwait(false);
        }
    }

    private static async ValueTask MoveAsync()
    {
        if (!Thread.CurrentThread.IsThreadPoolThread)
        {
            await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        }
    }
}
