using PhysioSite.Features.Appointments.Indexing;

namespace PhysioSite.Tests.Features.Staff.Requests;

/// <summary>Requests of the same patient, found by the keys of phone number and email address.</summary>
public sealed class DuplicateTests
{
    /// <summary>A colleague sees the mark only if they may see the other request.</summary>
    [Fact]
    public async Task Request_SentTwiceWithinADay_IsMarkedInTheQueueUntilOneIsClosedAsSentTwice()
    {
        using var own = new StaffSite();
        var first = await own.AskAsync(("email", "Twice@example.com"));
        var second = await own.AskAsync(("phone", "608 555 0111"), ("email", "twice@example.com"));
        var elsewhere = await own.AskAsync(("clinic", "phoenix"), ("email", "twice@example.com"));
        var single = await own.AskAsync(("phone", "608 555 0112"));
        using var staff = await own.MadisonAsync(own.NewEmail());
        async Task<List<string?>> MarkedAsync(Browser reader) => [
            .. (await reader.GetAsync("/staff?state=all")).Page.QuerySelectorAll("tr[data-reference]")
                .Where(row => row.TextContent.Contains("sent twice?", StringComparison.Ordinal))
                .Select(row => row.GetAttribute("data-reference")).Order(StringComparer.Ordinal)];

        Assert.Equal(new[] { first.Reference, second.Reference }.Order(StringComparer.Ordinal), await MarkedAsync(staff));
        Assert.Empty(await MarkedAsync(await own.Phoenix));
        await staff.PressOnAsync(single, "Contact", ("Phone", "(608) 555-0111"));
        Assert.Equal(3, (await MarkedAsync(staff)).Count);

        await staff.PressOnAsync(second, "Close", ("Outcome", "Duplicate"));

        Assert.Empty(await MarkedAsync(staff));
        Assert.DoesNotContain("Probably sent twice", (await staff.OpenRequestAsync(first.Reference)).Main, StringComparison.Ordinal);
        Assert.DoesNotContain(elsewhere.Reference, (await staff.OpenRequestAsync(first.Reference)).Main, StringComparison.Ordinal);
    }

    /// <summary>Requests that an earlier version stored get their keys at the next start; erased ones lose them.</summary>
    [Fact]
    public async Task ContactKeys_OfEarlierRequests_AreFilledAndOfErasedOnesRemoved()
    {
        using var own = new StaffSite();
        var receipt = await own.AskAsync(("email", "old@example.com"));
        var stored = await own.FindAsync(receipt.Reference);
        await own.RunSqlAsync("UPDATE AppointmentRequests SET PhoneKey = NULL, EmailKey = NULL, Language = '', SearchId = NULL");
        await using (var scope = own.Services.CreateAsyncScope())
        {
            await scope.ServiceProvider.GetRequiredService<IndexBuilder>().RunAsync(null, CancellationToken.None);
        }

        var filled = await own.FindAsync(receipt.Reference);
        Assert.Equal(
            (stored.PhoneKey, stored.EmailKey, "en", stored.Version), (filled.PhoneKey, filled.EmailKey, filled.Language, filled.Version));
        Assert.Equal((22, 22), (filled.PhoneKey!.Length, filled.EmailKey!.Length));
        var administrator = await own.Administrator;
        var page = await administrator.OpenRequestAsync(receipt.Reference);
        await administrator.SubmitAsync(page, "form[action$='?handler=Erase']", [new("Sure", "true")]);
        var erased = await own.FindAsync(receipt.Reference);
        Assert.Equal((true, null, null), (erased.IsErased, erased.PhoneKey, erased.EmailKey));
    }

    [Fact]
    public async Task Request_OfTheSamePhone_IsListedAndMarkedAsAProbableDuplicate()
    {
        using var own = new StaffSite();
        var earlier = (await own.AskAsync(("phone", "608 555 0177"))).Reference;
        var elsewhere = (await own.AskAsync(("phone", "608 555 0177"), ("clinic", "phoenix"))).Reference;
        var later = (await own.AskAsync(("phone", "(608) 555-0177"))).Reference;
        using var staff = await own.MadisonAsync(own.NewEmail());

        var page = await staff.OpenRequestAsync(later);

        Assert.Contains($"Probably sent twice: {earlier}", page.Main, StringComparison.Ordinal);
        Assert.DoesNotContain(elsewhere, page.Main, StringComparison.Ordinal);
    }
}
