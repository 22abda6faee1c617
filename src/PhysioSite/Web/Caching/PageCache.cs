using Microsoft.Extensions.Options;
using Microsoft.Extensions.Primitives;
using PhysioSite.Content;

namespace PhysioSite.Web.Caching;

public sealed class PageCacheOptions
{
    /// <summary>A request with one of these cookies is never answered from the cache. Set by the features that own the cookies.</summary>
    public IList<string> BypassCookies { get; } = [];

    /// <summary>Maximum number of pages in memory.</summary>
    public int MostPages { get; set; } = 2_000;

    /// <summary>Maximum size of the pages in memory, in bytes, in all content codings.</summary>
    public long MostBytes { get; set; } = 64 * 1024 * 1024;
}

/// <summary>
/// Rendered pages of the current version of the content. When the content changes, all of them are dropped together, so that no two pages
/// show different versions.
/// </summary>
public sealed class PageCache(ContentLibrary library, IOptions<PageCacheOptions> options)
{
    private readonly string[] _bypassCookies =
        [.. options.Value.BypassCookies.SelectMany(cookie => new[] { cookie, LocalhostCookiePrefix.Local(cookie) })];

    private volatile CachedPages? _current;

    /// <summary>The pages of the current version of the content.</summary>
    internal CachedPages Current
    {
        get
        {
            var version = library.Version;
            var current = _current;
            if (current?.Version == version)
            {
                return current;
            }

            // A thread that read the version before a reload must not replace the pages of the new version.
            var pages = new CachedPages(version, options.Value);
            return Interlocked.CompareExchange(ref _current, pages, current) == current ? pages : new CachedPages(version, options.Value);
        }
    }

    /// <summary>Whether a page may answer the request: it reads, sends no body, and has no cookie of the staff.</summary>
    internal bool MayAnswer(string method, IHeaderDictionary headers) =>
        PageAnswer.IsGetOrHead(method)
        && headers.ContentLength is null or 0
        && headers.TransferEncoding.Count == 0
        && headers.ContentType.Count == 0
        && !HasBypassCookie(headers.Cookie);

    private bool HasBypassCookie(StringValues cookies)
    {
        foreach (var header in cookies)
        {
            foreach (var name in _bypassCookies)
            {
                if (header?.Contains(name, StringComparison.Ordinal) == true)
                {
                    return true;
                }
            }
        }

        return false;
    }
}
