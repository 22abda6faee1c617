using System.IO.Pipelines;
using PhysioSite.Connections;

namespace PhysioSite.Tests.Connections;

/// <summary>On which thread code continues that waited for a client. The pipes are those of a connection with inline scheduling.</summary>
public sealed class ConnectionPipesTests
{
    private const int PauseAt = 1000;

    private readonly Pipe _received = new(Inline());
    private readonly Pipe _sent = new(Inline());
    private readonly ConnectionPipes _pipes;

    public ConnectionPipesTests()
    {
        _pipes = new ConnectionPipes(new Transport(_received.Reader, _sent.Writer));
    }

    [Fact]
    public async Task Read_OfTheNextRequest_ContinuesOnTheThreadThatReceivedIt()
    {
        var read = OtherThread.AfterAsync(_pipes.Input.ReadAsync().AsTask());

        var receiving = OtherThread.Run(Receive);

        Assert.Equal(receiving.ManagedThreadId, (await read).ManagedThreadId);
    }

    [Fact]
    public async Task Read_WhileThePipelineRuns_ContinuesOnTheThreadPool()
    {
        Task<ReadResult> read = null!;
        Task<Thread> after = null!;
        var begun = new TaskCompletionSource();
        var run = _pipes.RunAsync(() =>
        {
            after = OtherThread.AfterAsync(read = _pipes.Input.ReadAsync().AsTask());
            begun.SetResult();
            return after;
        });
        await begun.Task;

        OtherThread.Run(Receive);

        Assert.True((await after).IsThreadPoolThread);
        await run;
        _pipes.Input.AdvanceTo((await read).Buffer.End);
        var next = OtherThread.AfterAsync(_pipes.Input.ReadAsync().AsTask());
        var receiving = OtherThread.Run(Receive);
        Assert.Equal(receiving.ManagedThreadId, (await next).ManagedThreadId);
    }

    [Fact]
    public async Task Read_ThatFailsWhileThePipelineRuns_ContinuesOnTheThreadPool()
    {
        Task<ReadResult> failing = null!;
        Task<Thread> read = null!;
        var begun = new TaskCompletionSource();
        var run = _pipes.RunAsync(() =>
        {
            read = OtherThread.AfterAsync(failing = _pipes.Input.ReadAsync().AsTask());
            begun.SetResult();
            return read;
        });
        await begun.Task;

        OtherThread.Run(() => _received.Writer.Complete(new IOException("The client is gone.")));

        Assert.True((await read).IsThreadPoolThread);
        Assert.IsType<IOException>(failing.Exception?.InnerException);
        await run;
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Flush_ForASlowReader_ContinuesOnTheThreadPool(bool writes)
    {
        if (!writes)
        {
            _pipes.Output.GetSpan(PauseAt);
            _pipes.Output.Advance(PauseAt);
        }

        var flush = OtherThread.AfterAsync(writes
            ? _pipes.Output.WriteAsync(new byte[PauseAt]).AsTask()
            : _pipes.Output.FlushAsync().AsTask());
        Assert.False(flush.IsCompleted);

        OtherThread.Run(() =>
        {
            Assert.True(_sent.Reader.TryRead(out var sent));
            _sent.Reader.AdvanceTo(sent.Buffer.End);
        });

        Assert.True((await flush).IsThreadPoolThread);
    }

    [Fact]
    public async Task Pipeline_OfARequest_RunsOnTheThreadPool()
    {
        Thread? ran = null;
        Task run = null!;

        OtherThread.Run(() => run = _pipes.RunAsync(() =>
        {
            ran = Thread.CurrentThread;
            return Task.CompletedTask;
        }));

        await run;
        Assert.True(ran!.IsThreadPoolThread);
    }

    [Fact]
    public async Task Pipeline_OfARequestThatArrivedBeforeThePreviousOneEnded_WaitsForItsTurn()
    {
        var caller = Environment.CurrentManagedThreadId;
        var isCalling = true;
        var ranInTheCall = false;

        var run = _pipes.RunAsync(() =>
        {
            ranInTheCall = Volatile.Read(ref isCalling) && Environment.CurrentManagedThreadId == caller;
            return Task.CompletedTask;
        });
        Volatile.Write(ref isCalling, false);

        await run;
        Assert.False(ranInTheCall);
    }

    private void Receive()
    {
        _received.Writer.GetSpan(1)[0] = 1;
        _received.Writer.Advance(1);
        _received.Writer.FlushAsync().AsTask().GetAwaiter().GetResult();
    }

    private static PipeOptions Inline() => new(
        readerScheduler: PipeScheduler.Inline,
        writerScheduler: PipeScheduler.Inline,
        pauseWriterThreshold: PauseAt,
        resumeWriterThreshold: 1,
        useSynchronizationContext: false);

    private sealed record Transport(PipeReader Input, PipeWriter Output) : IDuplexPipe;
}
