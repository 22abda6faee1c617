using Microsoft.EntityFrameworkCore;
using PhysioSite.Data.Providers;

namespace PhysioSite.Data.PostgreSql.Instances;

/// <summary>Keeps each text in a row.</summary>
internal sealed class SharedState(IServiceScopeFactory scopes) : IStateStore
{
    public async Task<string?> ReadAsync(string name, CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<SiteDbContext>();
        return await db.Set<SharedValue>()
            .Where(value => value.Name == name)
            .Select(value => value.Value)
            .SingleOrDefaultAsync(cancellationToken);
    }

    public async Task<bool> TryReplaceAsync(string name, string? earlier, string value, CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<SiteDbContext>();
        var changed = earlier is null
            ? await db.Database.ExecuteSqlAsync(
                $"""INSERT INTO "SharedValues" ("Name", "Value") VALUES ({name}, {value}) ON CONFLICT DO NOTHING""", cancellationToken)
            : await db.Set<SharedValue>()
                .Where(stored => stored.Name == name && stored.Value == earlier)
                .ExecuteUpdateAsync(set => set.SetProperty(stored => stored.Value, value), cancellationToken);
        return changed == 1;
    }
}
