using Microsoft.AspNetCore.DataProtection;
using Microsoft.EntityFrameworkCore;

namespace PhysioSite.Tests.Data.Encryption;

/// <summary>Makes encrypted values unreadable in every possible way.</summary>
internal static class Spoiling
{
    public static readonly string[] Ways = ["text", "empty", "truncated", "changed", "json null", "no json", "other type", "other keys"];

    private const string Purpose = "PhysioSite.Records";

    /// <param name="cell">Table and column, for example "Outbox.Content".</param>
    /// <param name="where">A SQL condition.</param>
    public static async Task SpoilAsync(this Site site, string cell, string where, string way = "changed")
    {
        var (table, column) = (cell.Split('.')[0], cell.Split('.')[1]);
        var spoiled = Spoil(site.Services.GetRequiredService<IDataProtectionProvider>(), await site.StoredTextAsync(cell, where), way);
        Assert.Equal(1, await site.RunSqlAsync($"UPDATE {table} SET {column} = '{spoiled}' WHERE {where}"));
    }

    public static Task<string> StoredTextAsync(this Site site, string cell, string where)
    {
        var select = SiteSql.Quote($"SELECT {cell.Split('.')[1]} AS Value FROM {cell.Split('.')[0]} WHERE {where}");
        return site.WithDatabaseAsync(db => db.Database.SqlQueryRaw<string>(select).SingleAsync());
    }

    /// <summary>The status that "/healthz/ready" reports for one check.</summary>
    public static async Task<string> ReadinessAsync(this Site site, string part)
    {
        using var client = site.CreateClient();

        // Another check may make the answer a 503.
        using var answer = await client.GetAsync("/healthz/ready");
        using var report = System.Text.Json.JsonDocument.Parse(await answer.Content.ReadAsStringAsync());
        return report.RootElement.GetProperty("checks").GetProperty(part).GetProperty("status").GetString()!;
    }

    private static string Spoil(IDataProtectionProvider protection, string stored, string way) => way switch
    {
        "text" => "Not encrypted at all",
        "empty" => "",
        "truncated" => stored[..^21],
        "changed" => stored[..60] + (stored[60] == 'A' ? 'B' : 'A') + stored[61..],
        "json null" => protection.CreateProtector(Purpose).Protect("null"),
        "no json" => protection.CreateProtector(Purpose).Protect("Ada"),
        "other type" => protection.CreateProtector(Purpose).Protect("[1]"),
        "other keys" => new EphemeralDataProtectionProvider().CreateProtector(Purpose).Protect("null"),
        _ => throw new ArgumentOutOfRangeException(nameof(way), way, null),
    };
}
