using PhysioSite.Connections;

namespace PhysioSite.Tests.Connections;

/// <summary>On which thread code continues that waited for another server.</summary>
public sealed class ThreadPoolStreamTests
{
    [Fact]
    public async Task Read_ThatWaited_ContinuesOnTheThreadPool()
    {
        var server = new Server();
        await using var stream = new ThreadPoolStream(server);
        var read = OtherThread.AfterAsync(stream.ReadExactlyAsync(new byte[1]).AsTask());

        OtherThread.Run(() => server.Answer.SetResult(1));

        Assert.True((await read).IsThreadPoolThread);
    }

    [Fact]
    public async Task Write_ThatWaited_ContinuesOnTheThreadPool()
    {
        var server = new Server();
        await using var stream = new ThreadPoolStream(server);
        var write = OtherThread.AfterAsync(stream.WriteAsync(new byte[1]).AsTask());

        OtherThread.Run(() => server.Answer.SetResult(1));

        Assert.True((await write).IsThreadPoolThread);
    }

    [Fact]
    public async Task Read_ThatFails_ContinuesOnTheThreadPool()
    {
        var server = new Server();
        await using var stream = new ThreadPoolStream(server);
        var read = OtherThread.AfterAsync(stream.ReadExactlyAsync(new byte[1]).AsTask());

        OtherThread.Run(() => server.Answer.SetException(new IOException("The server is gone.")));

        Assert.True((await read).IsThreadPoolThread);
    }

    /// <summary>Answers when the test says so, on the thread of the test.</summary>
    private sealed class Server : MemoryStream
    {
        public TaskCompletionSource<int> Answer { get; } = new();

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => new(Answer.Task);

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) =>
            new(Answer.Task);
    }
}
