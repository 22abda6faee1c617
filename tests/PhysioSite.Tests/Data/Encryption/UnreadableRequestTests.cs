using System.Net;
using PhysioSite.Email.Outbox;
using PhysioSite.Features.Appointments;
using PhysioSite.Features.Staff;
using PhysioSite.Tests.Email.Outbox;
using PhysioSite.Tests.Features.Appointments;
using PhysioSite.Tests.Features.Staff;

namespace PhysioSite.Tests.Data.Encryption;

/// <summary>A request whose encrypted values cannot be read does not break its own page, any list or any job.</summary>
public sealed class UnreadableRequestTests(StaffSite site) : IClassFixture<StaffSite>
{
    public static TheoryData<string> Ways => [.. Spoiling.Ways];

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task Request_Spoiled_IsShownAsSuchAndCanBeWorked(string way)
    {
        var staff = await site.Madison;
        var receipt = await AskAndSpoilAsync(way);
        var other = await site.AskAsync(("name", "Grace Readable"));
        var stored = await site.StoredTextAsync("AppointmentRequests.Details", $"Reference = '{receipt.Reference}'");

        var queue = await staff.GetAsync("/staff");
        Assert.Contains("Cannot be read", Row(queue, receipt.Reference), StringComparison.Ordinal);
        Assert.Contains("Grace Readable", Row(queue, other.Reference), StringComparison.Ordinal);
        var page = await staff.OpenRequestAsync(receipt.Reference);
        Assert.Equal(HttpStatusCode.OK, page.Status);
        Assert.Contains("Cannot be read. What the patient told us is damaged, or its key is missing", page.Main, StringComparison.Ordinal);
        Assert.Equal("Degraded", await site.ReadinessAsync("encryption"));

        await staff.PressAsync(page, "Claim");
        await staff.PressAsync(await staff.OpenRequestAsync(receipt.Reference), "Note", ("Note", "Looked at it"));
        await staff.PressAsync(await staff.OpenRequestAsync(receipt.Reference), "Close", ("Outcome", "CouldNotBeReached"));

        var request = await site.FindAsync(receipt.Reference);
        Assert.Equal((RequestState.Closed, RequestOutcome.CouldNotBeReached), (request.State, request.Outcome));
        Assert.Contains(request.History, happened => happened.Note?.Value == "Looked at it");
        Assert.Equal(stored, await site.StoredTextAsync("AppointmentRequests.Details", $"Reference = '{receipt.Reference}'"));

        var administrator = await site.Administrator;
        await EraseAsync(administrator, receipt.Reference);
        Assert.Equal(PatientDetails.Erased, (await site.FindAsync(receipt.Reference)).Details.Value);
        Assert.Equal("Healthy", await site.ReadinessAsync("encryption"));
    }

    [Fact]
    public async Task Search_WithASpoiledRequest_FindsTheOthersAndSaysThatOneCannotBeRead()
    {
        var staff = await site.Madison;
        var receipt = await AskAndSpoilAsync();
        await site.RunSqlAsync($"UPDATE AppointmentRequests SET SearchId = NULL WHERE Reference = '{receipt.Reference}'");
        var other = await site.AskAsync(("name", "Hedwig Searchable"));

        var found = await FindAsync(staff, "Searchable");
        Assert.Contains(other.Reference, found.Main, StringComparison.Ordinal);
        Assert.Matches("(1 request cannot be read, so it is|requests cannot be read, so they are) found by reference only", found.Main);
        Assert.Contains("Cannot be read", Row(await FindAsync(staff, receipt.Reference), receipt.Reference), StringComparison.Ordinal);
        Assert.Contains("Nothing found.", (await FindAsync(staff, "9995550188")).Main, StringComparison.Ordinal);
        await EraseAsync(await site.Administrator, receipt.Reference);
    }

    /// <summary>The search compares hashes, so it finds what can no longer be decrypted.</summary>
    [Fact]
    public async Task Search_ForARequestThatWasSpoiledAfterItWasIndexed_FindsIt()
    {
        var receipt = await site.AskAsync(("name", "Isidora Hashed"), ("phone", "415 555 0173"));
        await site.SpoilAsync("AppointmentRequests.Details", $"Reference = '{receipt.Reference}'");

        foreach (var words in new[] { "isidora", "Hash", "0173" })
        {
            Assert.Contains("Cannot be read", Row(await FindAsync(await site.Madison, words), receipt.Reference), StringComparison.Ordinal);
        }

        await EraseAsync(await site.Administrator, receipt.Reference);
    }

    [Fact]
    public async Task Export_WithASpoiledRequest_HasItsRowAndTheOthers()
    {
        var staff = await site.Madison;
        var receipt = await AskAndSpoilAsync();
        var other = await site.AskAsync(("name", "Irma Exported"));

        var lines = (await staff.GetAsync("/staff/export")).Text.Split("\r\n");
        string LineOf(string reference) => lines.Single(line => line.StartsWith(reference, StringComparison.Ordinal));

        Assert.Contains("Cannot be read", LineOf(receipt.Reference), StringComparison.Ordinal);
        Assert.Contains("Irma Exported", LineOf(other.Reference), StringComparison.Ordinal);
        await EraseAsync(await site.Administrator, receipt.Reference);
    }

    [Theory]
    [InlineData(
        "",
        "Your request",
        "The clinic is working on it and will contact you.",
        "We will get in touch with you by")]
    [InlineData(
        "/es",
        "Su solicitud",
        "La clínica ya atiende su solicitud y se comunicará con usted.",
        "Nos comunicaremos con usted a más tardar el")]
    public async Task Patient_OfASpoiledRequest_SeesItsStateAndMayWithdrawIt(string language, string heading, string claimed, string by)
    {
        var receipt = await AskAndSpoilAsync();
        var staff = await site.Madison;
        await staff.PressAsync(await staff.OpenRequestAsync(receipt.Reference), "Claim");
        using var patient = site.Open();

        var page = await patient.GetAsync(language + receipt.StatusPath);
        Assert.Equal(HttpStatusCode.OK, page.Status);
        Assert.Contains($"{heading} {receipt.Reference}", page.Main, StringComparison.Ordinal);
        Assert.Contains(claimed, page.Main, StringComparison.Ordinal);
        var again = await patient.GetAsync($"{language}/request-appointment/receipt/{receipt.StatusPath.Split('/')[^1]}");
        Assert.Contains(by, again.Main, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Redirect, (await patient.SubmitAsync(page, RequestJourney.Withdrawal, [])).Status);

        Assert.Equal(RequestState.Withdrawn, (await site.FindAsync(receipt.Reference)).State);
        await EraseAsync(await site.Administrator, receipt.Reference);
    }

    [Fact]
    public async Task Form_SentAgainAfterItsRequestWasSpoiled_LeadsToTheSameRequest()
    {
        using var patient = site.Open();
        var form = await patient.GetAsync(RequestJourney.Path);
        var first = await patient.SubmitAsync(form, RequestJourney.Form, RequestJourney.Answers());
        var reference = (await patient.GetAsync(first.Location!)).Page.QuerySelector("#reference")!.TextContent.Trim();
        await site.SpoilAsync("AppointmentRequests.Details", $"Reference = '{reference}'");

        var second = await patient.SubmitAsync(form, RequestJourney.Form, RequestJourney.Answers());

        Assert.Equal((HttpStatusCode.Redirect, first.Location), (second.Status, second.Location));
        Assert.Equal(reference, (await patient.GetAsync(second.Location!)).Page.QuerySelector("#reference")!.TextContent.Trim());
        await EraseAsync(await site.Administrator, reference);
    }

    [Fact]
    public async Task HeldRequest_Spoiled_IsListedAndNotReleasedButErased()
    {
        var staff = await site.Madison;
        var receipt = await site.AskAsync(("subject", "x"));
        await site.SpoilAsync("AppointmentRequests.Details", $"Reference = '{receipt.Reference}'");

        var list = await staff.GetAsync("/staff?state=held");
        Assert.Contains("Cannot be read", Row(list, receipt.Reference), StringComparison.Ordinal);
        var answer = await staff.SubmitAsync(list, "#held", [new("reference", receipt.Reference)]);
        var refused = await staff.GetAsync(answer.Location!);
        Assert.Contains(
            $"{receipt.Reference} was not released. What the sender told us cannot be read",
            refused.Main,
            StringComparison.Ordinal);
        var page = await staff.PressAsync(await staff.OpenRequestAsync(receipt.Reference), "Release");
        Assert.Equal(HttpStatusCode.Conflict, page.Status);
        Assert.Contains("cannot be read, so there is nothing to give to the clinic", page.Main, StringComparison.Ordinal);

        Assert.Equal(RequestState.Held, (await site.FindAsync(receipt.Reference)).State);
        Assert.Empty(await site.MailsAsync(receipt.Reference));
        await EraseAsync(await site.Administrator, receipt.Reference);
    }

    [Theory]
    [InlineData("changed")]
    [InlineData(null)]
    public async Task HeldRequest_WhoseLinkIsSpoiledOrMissing_GoesToTheClinicAndStaffReadThatThePatientWasNotWrittenTo(string? way)
    {
        var staff = await site.Madison;
        var receipt = await site.AskAsync(("subject", "x"), ("email", "ada@patients.example"));
        if (way is null)
        {
            await site.RunSqlAsync($"UPDATE AppointmentRequests SET HeldToken = NULL WHERE Reference = '{receipt.Reference}'");
        }
        else
        {
            await site.SpoilAsync("AppointmentRequests.HeldToken", $"Reference = '{receipt.Reference}'", way);
        }

        var answer = await staff.PressAsync(await staff.OpenRequestAsync(receipt.Reference), "Release");
        var page = await staff.GetAsync(answer.Location!);

        Assert.Contains("The patient was not emailed: their private link cannot be read.", page.Main, StringComparison.Ordinal);
        Assert.Equal(EmailKind.ClinicNotice, Assert.Single(await site.MailsAsync(receipt.Reference)).Kind);
        Assert.Equal(RequestState.New, (await site.FindAsync(receipt.Reference)).State);
    }

    [Fact]
    public async Task ReasonToKeep_Spoiled_StillKeepsAndCanBeLifted()
    {
        var staff = await site.Madison;
        var receipt = await site.AskAsync();
        await staff.SubmitAsync(
            await staff.OpenRequestAsync(receipt.Reference),
            "form[action$='handler=Hold']",
            new Dictionary<string, string?> { ["Reason"] = "A complaint" });
        await site.SpoilAsync("AppointmentRequests.KeepReason", $"Reference = '{receipt.Reference}'");
        await site.SpoilAsync(
            "RequestEvents.Note",
            $"Kind = 'Kept' AND RequestId = (SELECT Id FROM AppointmentRequests WHERE Reference = '{receipt.Reference}')");

        var page = await staff.OpenRequestAsync(receipt.Reference);

        Assert.Contains("This request is not erased because: Cannot be read.", page.Main, StringComparison.Ordinal);
        Assert.Matches(@"Retention hold placed by \w+ .* Cannot be read\.", page.Main);
        await staff.SubmitAsync(page, "form[action$='handler=LiftHold']", []);
        Assert.Null((await site.FindAsync(receipt.Reference)).RetentionHoldReason);
        await EraseAsync(await site.Administrator, receipt.Reference);
        Assert.All((await site.FindAsync(receipt.Reference)).History, happened => Assert.Null(happened.Note));
    }

    [Fact]
    public async Task Jobs_WithSpoiledRequests_EscalateListAndEraseThemLikeTheOthers()
    {
        using var own = new StaffSite();
        var start = own.Clock.GetUtcNow();
        var spoiled = (await own.AskAsync(("clinic", "madison"))).Reference;
        var other = (await own.AskAsync(("clinic", "madison"))).Reference;
        await own.SpoilAsync("AppointmentRequests.Details", $"Reference = '{spoiled}'");
        await own.RunSqlAsync("UPDATE RequestEvents SET Note = 'spoiled'");

        await own.RunJobsAtAsync(start.AddDays(2));
        Assert.All(new[] { spoiled, other }, reference => Assert.NotEmpty(own.NotifiedAsync(reference).Result));
        var digest = Assert.Single(await own.MailsAsync($"digest-{own.Clock.UtcNow:yyyy-MM-dd}"), mail => mail.ClinicSlug == "madison");
        Assert.All([spoiled, other], reference => Assert.Contains(reference, digest.Content.Value!.Text, StringComparison.Ordinal));

        await own.RunSqlAsync("UPDATE AppointmentRequests SET State = 'Closed', ClosedUtc = ReceivedUtc");
        await own.RunJobsAtAsync(start.AddDays(200));
        Assert.All(
            [await own.FindAsync(spoiled), await own.FindAsync(other)],
            request => Assert.Equal((own.Clock.UtcNow, PatientDetails.Erased), (request.ErasedUtc, request.Details.Value)));
        Assert.Contains(own.Logs.Lines, line => line.Contains("Retention erased 2 closed requests", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Log_OfManySpoiledRequests_HasOneLineAMinuteAndNothingThatWasStored()
    {
        using var own = new StaffSite();
        for (var i = 0; i < 3; i++)
        {
            await own.AskAsync();
        }

        await own.RunSqlAsync("UPDATE AppointmentRequests SET Details = 'Ada' || ' wrote ' || Reference");
        using var staff = await own.SignInAsync("many@cedarandstride.example", StaffRoles.Administrator);
        await staff.GetAsync("/staff");
        await staff.GetAsync("/staff/export");

        var line = Assert.Single(own.Logs.Lines, line => line.Contains("cannot be read: it is damaged", StringComparison.Ordinal));
        Assert.StartsWith(
            "Error PhysioSite.Data.Encryption.UnreadableValues: The encrypted Details of row ",
            line,
            StringComparison.Ordinal);
        Assert.DoesNotContain(own.Logs.Lines, line => line.Contains("Ada wrote", StringComparison.Ordinal));
        Assert.Equal("Degraded", await own.ReadinessAsync("encryption"));
    }

    [Fact]
    public async Task Value_ThatNobodyHasAskedFor_IsFoundByTheDailyCheck()
    {
        using var own = new StaffSite();
        var receipt = await own.AskAsync();
        await own.SentMailsAsync(receipt.Reference);
        await own.SpoilAsync("Outbox.Content", $"About = '{receipt.Reference}'");
        Assert.Equal("Healthy", await own.ReadinessAsync("encryption"));

        await own.FireTimersUntilAsync(async () => await own.ReadinessAsync("encryption") == "Degraded", "the check has met it");

        await own.RunSqlAsync("DELETE FROM Outbox");
        Assert.Equal("Healthy", await own.ReadinessAsync("encryption"));
    }

    private async Task<Receipt> AskAndSpoilAsync(string way = "changed")
    {
        var receipt = await site.AskAsync();
        await site.SpoilAsync("AppointmentRequests.Details", $"Reference = '{receipt.Reference}'", way);
        return receipt;
    }

    private static async Task EraseAsync(Browser administrator, string reference)
    {
        var answer = await administrator.SubmitAsync(
            await administrator.OpenRequestAsync(reference),
            "form[action$='handler=Erase']",
            new Dictionary<string, string?> { ["Sure"] = "true" });
        Assert.Contains("Erased.", (await administrator.GetAsync(answer.Location!)).Main, StringComparison.Ordinal);
    }

    private static async Task<Answer> FindAsync(Browser staff, string words)
    {
        var answer = await staff.SubmitAsync(
            await staff.GetAsync("/staff/search"),
            "main form",
            new Dictionary<string, string?> { ["Words"] = words });
        return await staff.GetAsync(answer.Location!);
    }

    private static string Row(Answer page, string reference) => Answer.Words(
        page.Page.QuerySelectorAll("tbody tr")
            .Single(row => row.QuerySelector("th")!.TextContent.Contains(reference, StringComparison.Ordinal)));
}
