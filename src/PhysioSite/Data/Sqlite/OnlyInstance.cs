using PhysioSite.Data.Providers;

namespace PhysioSite.Data.Sqlite;

/// <summary>There is no other instance: <see cref="DataFolder"/> excludes other processes while the site runs.</summary>
internal sealed class OnlyInstance : IInstanceLock, IAsyncDisposable
{
    public Task<IAsyncDisposable> EnterAsync(string name, CancellationToken cancellationToken) => Task.FromResult<IAsyncDisposable>(this);

    public Task<IAsyncDisposable?> TryEnterAsync(string name, CancellationToken cancellationToken) =>
        Task.FromResult<IAsyncDisposable?>(this);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
