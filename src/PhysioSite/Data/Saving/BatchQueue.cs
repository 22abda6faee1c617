using System.Threading.Channels;

namespace PhysioSite.Data.Saving;

/// <summary>One item of a caller, who waits for <see cref="Done"/>.</summary>
internal sealed record Batched<TItem, TResult>(TItem Item)
{
    public TaskCompletionSource<TResult> Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
}

/// <summary>
/// Processes the items of concurrent callers in batches, because a durable commit costs more than the rows in it. While one batch is
/// processed, the next one gathers; a caller that is alone waits for nobody.
/// </summary>
/// <param name="maxBatch">The maximum number of items in a batch.</param>
/// <param name="process">Sets the result of each item. An exception is the result of every item without one.</param>
internal sealed class BatchQueue<TItem, TResult>(int maxBatch, Func<IReadOnlyList<Batched<TItem, TResult>>, Task> process)
{
    /// <summary>The number of items that may wait. Further callers wait for a place.</summary>
    private const int MaxWaiting = 1024;

    /// <summary>A batch is complete when so many passes of <see cref="GatherAsync"/> brought no item.</summary>
    private const int QuietPasses = 3;

    private readonly Channel<Batched<TItem, TResult>> _waiting = Channel.CreateBounded<Batched<TItem, TResult>>(MaxWaiting);
    private int _isProcessing;

    public async Task<TResult> ProcessAsync(TItem item)
    {
        var entry = new Batched<TItem, TResult>(item);
        await _waiting.Writer.WriteAsync(entry);
        if (Interlocked.Exchange(ref _isProcessing, 1) == 0)
        {
            // Without the execution context of this caller, because the batch belongs to several.
            ThreadPool.UnsafeQueueUserWorkItem(static queue => _ = queue.ProcessAllAsync(), this, preferLocal: false);
        }

        return await entry.Done.Task;
    }

    /// <summary>Does not throw exceptions.</summary>
    private async Task ProcessAllAsync()
    {
        do
        {
            while (await GatherAsync() is { Count: > 0 } batch)
            {
                try
                {
                    await process(batch);
                }
                catch (Exception e)
                {
                    batch.ForEach(entry => entry.Done.TrySetException(e));
                }
            }

            Volatile.Write(ref _isProcessing, 0);
        }
        while (_waiting.Reader.TryPeek(out _) && Interlocked.Exchange(ref _isProcessing, 1) == 0);
    }

    /// <summary>
    /// The callers of the last batch go on first, and those who are on their way join the next one: whatever else the processor has to do
    /// comes before the batch, until nobody joins it any more. Small batches would otherwise follow one another under load, and many
    /// callers would wait for the end of two of them. When there is nothing else to do, this takes microseconds.
    /// </summary>
    /// <returns>The next batch. Empty when nobody waits.</returns>
    private async Task<List<Batched<TItem, TResult>>> GatherAsync()
    {
        for (var (count, quiet) = (0, 0); quiet < QuietPasses && count < maxBatch;)
        {
            Thread.Yield();
            await Task.Yield();
            var before = count;
            count = _waiting.Reader.Count;
            quiet = count > before ? 0 : quiet + 1;
        }

        var batch = new List<Batched<TItem, TResult>>();
        while (batch.Count < maxBatch && _waiting.Reader.TryRead(out var entry))
        {
            batch.Add(entry);
        }

        return batch;
    }
}
