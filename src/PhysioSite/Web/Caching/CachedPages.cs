using System.Collections.Concurrent;
using System.Text;
using Microsoft.AspNetCore.WebUtilities;

namespace PhysioSite.Web.Caching;

/// <summary>The rendered pages of one version of the content. When they exceed a limit, the oldest are dropped.</summary>
internal sealed class CachedPages(object version, PageCacheOptions limits)
{
    private readonly ConcurrentDictionary<string, Address> _addresses = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<(string Path, string Query), Task<CachedPage?>> _rendering = new();
    private readonly Queue<(string Path, string Query)> _oldestFirst = new();
    private readonly Lock _storing = new();

    /// <summary>The version of <see cref="Content.ContentLibrary"/>.</summary>
    public object Version { get; } = version;

    public int Count
    {
        get
        {
            lock (_storing)
            {
                return _oldestFirst.Count;
            }
        }
    }

    /// <summary>In bytes.</summary>
    public long Size => _addresses.Values.Sum(address => address.Pages.Values.Sum(page => (long)page.Bodies.Size));

    /// <param name="path">As in the request, with the prefix of the language.</param>
    public CachedPage? Find(string path, string? queryString, DateTime utc) =>
        _addresses.TryGetValue(path, out var address)
        && address.Pages.TryGetValue(QueryOf(address.QueryNames, queryString), out var page)
        && page.IsValidAt(utc)
            ? page
            : null;

    /// <summary>
    /// Returns the page, and renders it if it is not there. Requests for a page that is being rendered wait for it.
    /// </summary>
    /// <param name="queryNames">The query values that the page uses.</param>
    /// <param name="render">Returns null for a page that cannot be kept, after it was sent.</param>
    /// <returns>Null when the page cannot be kept.</returns>
    public async Task<(CachedPage? Page, bool WasRendered)> GetOrRenderAsync(
        string path, IReadOnlyList<string> queryNames, string? queryString, DateTime utc, Func<string, Task<CachedPage?>> render)
    {
        var query = QueryOf(queryNames, queryString);
        var own = new TaskCompletionSource<CachedPage?>(TaskCreationOptions.RunContinuationsAsynchronously);
        var running = _rendering.GetOrAdd((path, query), own.Task);
        if (running != own.Task)
        {
            return (await running, false);
        }

        CachedPage? page = null;
        try
        {
            page = Find(path, query, utc);
            var isThere = page is not null;
            page ??= await render(query);
            if (!isThere && page is not null)
            {
                page = Store(path, query, queryNames, page);
            }

            return (page, !isThere);
        }
        finally
        {
            _rendering.TryRemove((path, query), out _);
            own.SetResult(page);
        }
    }

    private CachedPage Store(string path, string query, IReadOnlyList<string> queryNames, CachedPage page)
    {
        lock (_storing)
        {
            var pages = _addresses.GetOrAdd(path, _ => new Address(queryNames)).Pages;
            if (pages.TryGetValue(query, out var expired))
            {
                // Usually only the time has passed. The same bytes need not be compressed again.
                var isSame = expired.Bodies.Identity.ETag == page.Bodies.Identity.ETag
                    && expired.Bodies.ContentType == page.Bodies.ContentType;
                return pages[query] = isSame ? page with { Bodies = expired.Bodies } : page;
            }

            pages[query] = page;
            _oldestFirst.Enqueue((path, query));
            while (_oldestFirst.Count > 1 && (_oldestFirst.Count > limits.MostPages || Size > limits.MostBytes))
            {
                Drop(_oldestFirst.Dequeue());
            }

            return page;
        }
    }

    private void Drop((string Path, string Query) oldest)
    {
        var address = _addresses[oldest.Path];
        address.Pages.TryRemove(oldest.Query, out _);
        if (address.Pages.IsEmpty)
        {
            _addresses.TryRemove(oldest.Path, out _);
        }
    }

    /// <summary>
    /// The query string with the values that the page uses, in the order of its parameters. Like model binding, it takes the first of
    /// several values and ignores empty ones.
    /// </summary>
    private static string QueryOf(IReadOnlyList<string> queryNames, string? queryString)
    {
        if (queryNames.Count == 0 || string.IsNullOrEmpty(queryString))
        {
            return "";
        }

        var values = QueryHelpers.ParseQuery(queryString);
        var query = new StringBuilder();
        foreach (var name in queryNames)
        {
            if (values.TryGetValue(name, out var value) && !string.IsNullOrWhiteSpace(value[0]))
            {
                query.Append(query.Length == 0 ? '?' : '&').Append(name).Append('=').Append(Uri.EscapeDataString(value[0]!));
            }
        }

        return query.ToString();
    }

    /// <summary>The pages of one path: one for each combination of the query values that the page uses.</summary>
    private sealed class Address(IReadOnlyList<string> queryNames)
    {
        public IReadOnlyList<string> QueryNames { get; } = queryNames;

        public ConcurrentDictionary<string, CachedPage> Pages { get; } = new(StringComparer.Ordinal);
    }
}
