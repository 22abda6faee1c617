using System.IO.Pipelines;

namespace PhysioSite.Connections;

/// <summary>
/// The data of a connection. While the pipeline processes a request, code that waits for the client continues on the thread pool.
/// Otherwise it continues on the thread that waits for sockets: Kestrel then parses the next request there.
/// </summary>
internal sealed class ConnectionPipes : IDuplexPipe
{
    /// <summary>
    /// The pipeline processes a request. With HTTP/2 there can be several, which Kestrel starts on the thread pool and reads from its own
    /// pipes, so that the value does not matter.
    /// </summary>
    private volatile bool _isInPipeline;

    public ConnectionPipes(IDuplexPipe transport)
    {
        Input = new Reader(transport.Input, this);
        Output = new Writer(transport.Output);
    }

    public PipeReader Input { get; }

    public PipeWriter Output { get; }

    /// <summary>
    /// Runs <paramref name="pipeline"/> on the thread pool, after the requests that already wait. The next request of a connection can have
    /// arrived before the previous one has ended, and then starts on the same thread of the pool: it waits for its turn too.
    /// </summary>
    public async Task RunAsync(Func<Task> pipeline)
    {
        _isInPipeline = true;
        try
        {
            await Task.Factory
                .StartNew(pipeline, CancellationToken.None, TaskCreationOptions.PreferFairness, TaskScheduler.Default)
                .Unwrap();
        }
        finally
        {
            _isInPipeline = false;
        }
    }

    private sealed class Reader(PipeReader reader, ConnectionPipes pipes) : PipeReader
    {
        public override ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default)
        {
            var read = reader.ReadAsync(cancellationToken);
            return read.IsCompleted || !pipes._isInPipeline ? read : read.ContinueOnThreadPoolAsync();
        }

        public override bool TryRead(out ReadResult result) => reader.TryRead(out result);

        public override void AdvanceTo(SequencePosition consumed) => reader.AdvanceTo(consumed);

        public override void AdvanceTo(SequencePosition consumed, SequencePosition examined) => reader.AdvanceTo(consumed, examined);

        public override void CancelPendingRead() => reader.CancelPendingRead();

        public override void Complete(Exception? exception = null) => reader.Complete(exception);

        public override ValueTask CompleteAsync(Exception? exception = null) => reader.CompleteAsync(exception);
    }

    private sealed class Writer(PipeWriter writer) : PipeWriter
    {
        public override bool CanGetUnflushedBytes => writer.CanGetUnflushedBytes;

        public override long UnflushedBytes => writer.UnflushedBytes;

        public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default) =>
            OnThreadPool(writer.FlushAsync(cancellationToken));

        public override ValueTask<FlushResult> WriteAsync(ReadOnlyMemory<byte> source, CancellationToken cancellationToken = default) =>
            OnThreadPool(writer.WriteAsync(source, cancellationToken));

        public override void Advance(int bytes) => writer.Advance(bytes);

        public override Memory<byte> GetMemory(int sizeHint = 0) => writer.GetMemory(sizeHint);

        public override Span<byte> GetSpan(int sizeHint = 0) => writer.GetSpan(sizeHint);

        public override void CancelPendingFlush() => writer.CancelPendingFlush();

        public override void Complete(Exception? exception = null) => writer.Complete(exception);

        public override ValueTask CompleteAsync(Exception? exception = null) => writer.CompleteAsync(exception);

        /// <summary>A flush waits only when a client reads slowly.</summary>
        private static ValueTask<FlushResult> OnThreadPool(ValueTask<FlushResult> flush) =>
            flush.IsCompleted ? flush : flush.ContinueOnThreadPoolAsync();
    }
}
