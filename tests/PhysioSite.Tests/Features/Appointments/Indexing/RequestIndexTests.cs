using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging.Abstractions;
using PhysioSite.Data.Providers;
using PhysioSite.Features.Appointments.Indexing;
using PhysioSite.Tests.Data.PostgreSql;
using PhysioSite.Tests.Features.Staff;

namespace PhysioSite.Tests.Features.Appointments.Indexing;

/// <summary>The stored terms of the staff search follow the requests, on both databases.</summary>
public sealed class RequestIndexTests
{
    [Fact]
    public async Task Terms_OfARequest_FollowItUntilItIsErased()
    {
        using var site = new StaffSite();
        await FollowAsync(site);
    }

    [PostgreSqlFact]
    public async Task Terms_OfARequestInPostgreSql_FollowItUntilItIsErased()
    {
        using var site = new StaffSite { Provider = DatabaseProvider.PostgreSql };
        await FollowAsync(site);
    }

    [Fact]
    public async Task Index_WhoseSecretIsLost_IsBuiltAgain()
    {
        using var site = new StaffSite();
        await RebuildAsync(site);
    }

    [PostgreSqlFact]
    public async Task Index_InPostgreSqlWhoseSecretIsLost_IsBuiltAgain()
    {
        using var site = new StaffSite { Provider = DatabaseProvider.PostgreSql };
        await RebuildAsync(site);
    }

    private static async Task FollowAsync(StaffSite site)
    {
        var receipt = await site.AskAsync(
            ("name", "Wilhelmina O’Plaintext"), ("phone", "415 555 0187"), ("email", "wilhelmina@plaintext.example"));
        var other = await site.AskAsync(("name", "Other Plaintext"), ("phone", "415 555 0111"));
        using var staff = await site.MadisonAsync(site.NewEmail());
        foreach (var words in new[] { "wilh", "o'plaintext, WILHELMINA", "0187", "(415) 555-0187", "wilhelmina@plaintext.example" })
        {
            Assert.Equal([receipt.Reference], await FindAsync(staff, words));
        }

        Assert.Equal(2, (await FindAsync(staff, "plaintext")).Count);
        await AssertNothingIsReadableAsync(site);

        await staff.PressOnAsync(receipt, "Contact", ("Phone", "(415) 555-0199"), ("Email", "w@elsewhere.example"));

        Assert.Equal([receipt.Reference], await FindAsync(staff, "0199"));
        Assert.Equal([receipt.Reference], await FindAsync(staff, "w@elsewhere.example wilhelmina"));
        Assert.Empty(await FindAsync(staff, "0187"));
        Assert.Empty(await FindAsync(staff, "wilhelmina@plaintext.example"));
        var administrator = await site.Administrator;
        await administrator.SubmitAsync(
            await administrator.OpenRequestAsync(receipt.Reference), "form[action$='?handler=Erase']", [new("Sure", "true")]);

        Assert.Empty(await FindAsync(staff, "wilhelmina"));
        var kept = (await site.FindAsync(other.Reference)).SearchId;
        Assert.Equal([kept!.Value], await site.WithDatabaseAsync(
            db => db.Set<SearchTerm>().Select(term => term.SearchId).Distinct().ToListAsync()));
    }

    /// <summary>Meanwhile the search decrypts what is not indexed, so it is complete.</summary>
    private static async Task RebuildAsync(StaffSite site)
    {
        var receipt = await site.AskAsync(("name", "Wilhelmina Plaintext"));
        var erased = await site.AskAsync(("name", "Erased Plaintext"));
        using var staff = await site.MadisonAsync(site.NewEmail());
        var before = await TermsAsync(site);
        await site.RunSqlAsync("UPDATE \"ContactSecrets\" SET \"Value\" = 'spoiled'");
        await site.RunSqlAsync(
            $"""UPDATE "AppointmentRequests" SET "ErasedUtc" = "ReceivedUtc" WHERE "Reference" = '{erased.Reference}'""");
        using var secret = new IndexSecret(site.Services.GetRequiredService<IServiceScopeFactory>());
        await secret.LoadAsync(CancellationToken.None);

        Assert.Empty(await TermsAsync(site));
        Assert.Equal([receipt.Reference], await FindAsync(staff, "wilhelmina"));
        await site.WithDatabaseAsync(db =>
            new IndexBuilder(db, new RequestIndex(secret), TimeProvider.System, NullLogger<IndexBuilder>.Instance)
                .RunAsync(null, CancellationToken.None));

        var request = await site.FindAsync(receipt.Reference);
        var after = await TermsAsync(site);
        Assert.Equal(before.Count / 2.0, after.Count, 3.0);
        Assert.Empty(before.Intersect(after));
        Assert.Equal((true, true), (request.SearchId is not null, request.PhoneKey is not null));
        Assert.NotNull((await site.FindAsync(erased.Reference)).SearchId);
    }

    private static Task<List<long>> TermsAsync(StaffSite site) =>
        site.WithDatabaseAsync(db => db.Set<SearchTerm>().Select(term => term.Term).ToListAsync());

    /// <summary>Reads every value of every table as text.</summary>
    private static async Task AssertNothingIsReadableAsync(StaffSite site)
    {
        var values = await site.WithDatabaseAsync(async db =>
        {
            await db.Database.OpenConnectionAsync();
            var values = new List<string>();
            foreach (var table in db.Model.GetEntityTypes().Select(entity => entity.GetTableName()).Distinct())
            {
                await using var command = db.Database.GetDbConnection().CreateCommand();
                command.CommandText = $"SELECT * FROM \"{table}\"";
                await using var rows = await command.ExecuteReaderAsync();
                while (await rows.ReadAsync())
                {
                    values.AddRange(Enumerable.Range(0, rows.FieldCount).Select(i => $"{rows.GetValue(i)}"));
                }
            }

            return values;
        });

        Assert.True(values.Count > 100, "This reads the right tables.");
        foreach (var secret in new[] { "wilhelmina", "plaintext", "oplain", "4155550187", "5550187", "555-0187" })
        {
            Assert.DoesNotContain(values, value => value.Contains(secret, StringComparison.OrdinalIgnoreCase));
        }

        Assert.DoesNotContain("0187", values);
    }

    private static async Task<List<string?>> FindAsync(Browser staff, string words)
    {
        var sent = await staff.SubmitAsync(await staff.GetAsync("/staff/search"), "main form", [new("Words", words)]);
        return [.. (await staff.GetAsync(sent.Location!)).Page.QuerySelectorAll("main tbody tr")
            .Select(row => row.GetAttribute("data-reference"))];
    }
}
