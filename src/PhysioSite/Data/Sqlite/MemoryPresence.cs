using System.Collections.Concurrent;
using PhysioSite.Data.Providers;

namespace PhysioSite.Data.Sqlite;

/// <summary>Keeps the open pages in the memory of the only process.</summary>
internal sealed class MemoryPresence : IPresence
{
    private readonly ConcurrentDictionary<Guid, OpenPage> _pages = new();

    public Task ReportAsync(Guid id, OpenPage page)
    {
        _pages[id] = page;
        return Task.CompletedTask;
    }

    public Task RemoveAsync(Guid id)
    {
        _pages.TryRemove(id, out _);
        return Task.CompletedTask;
    }

    public Task<IReadOnlyList<OpenPage>> FindAsync(IReadOnlyCollection<Guid> subjects) =>
        Task.FromResult<IReadOnlyList<OpenPage>>([.. _pages.Values.Where(page => subjects.Contains(page.Subject))]);
}
