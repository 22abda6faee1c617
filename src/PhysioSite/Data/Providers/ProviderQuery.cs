using System.Collections.Concurrent;

namespace PhysioSite.Data.Providers;

/// <summary>A compiled query. EF Core compiles it for one model, so a process that uses several databases needs one of each.</summary>
/// <param name="compile">Calls <c>EF.CompileAsyncQuery</c>.</param>
internal sealed class ProviderQuery<TQuery>(Func<TQuery> compile)
    where TQuery : Delegate
{
    private readonly ConcurrentDictionary<Type, TQuery> _queries = new();

    public TQuery For(SiteDbContext db) => _queries.GetOrAdd(db.GetType(), static (_, compile) => compile(), compile);
}
