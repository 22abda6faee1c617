using PhysioSite.Data.Providers;

namespace PhysioSite.Data.Sqlite;

/// <summary>There is no other instance: <see cref="DataFolder"/> excludes other processes while the site runs.</summary>
internal sealed class OnlyInstance : IInstanceLock, ISharedCounts, IInstanceMessages
{
    private static readonly Task<WindowCount?> NoCount = Task.FromResult<WindowCount?>(null);
    private static readonly Task<int?> NoMembers = Task.FromResult<int?>(null);

    public Task<IAsyncDisposable> EnterAsync(string name, CancellationToken cancellationToken) =>
        Task.FromResult<IAsyncDisposable>(new Held());

    public Task<IAsyncDisposable?> TryEnterAsync(string name, CancellationToken cancellationToken) =>
        Task.FromResult<IAsyncDisposable?>(new Held());

    public Task<WindowCount?> CountAsync(string value, TimeSpan window) => NoCount;

    public Task<int?> CountMembersAsync(string value, string member, TimeSpan lifetime) => NoMembers;

    public void Send(string message)
    {
        // To nobody.
    }

    public void Subscribe(Action<string> receive, Action missed)
    {
        // Nothing is sent.
    }

    private sealed class Held : IAsyncDisposable
    {
        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
