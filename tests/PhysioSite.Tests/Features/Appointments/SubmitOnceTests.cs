using System.Data.Common;
using System.Net;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore.Diagnostics;
using PhysioSite.Data;
using PhysioSite.Email.Outbox;
using PhysioSite.Features.Appointments.History;
using PhysioSite.Tests.Email.Outbox;

namespace PhysioSite.Tests.Features.Appointments;

public sealed class SubmitOnceTests(BusySite site) : IClassFixture<BusySite>
{
    private const string KeptFirst = "You sent this form before with different answers. We kept the first ones.";

    [Fact]
    public async Task Submit_SameFormTwice_IsOneRequestWithOneSetOfMails()
    {
        using var browser = site.Open();
        var page = await browser.GetAsync(RequestJourney.Path);
        var answers = RequestJourney.Answers(("email", "ada@example.com"), ("note", "Line\r\nline"), ("wishes", "monday-morning"));

        var first = await browser.SubmitAsync(page, RequestJourney.Form, answers);
        var second = await browser.SubmitAsync(page, RequestJourney.Form, answers);

        Assert.Equal(HttpStatusCode.Redirect, second.Status);
        Assert.Equal(first.Location, second.Location);
        var receipt = await browser.GetAsync(second.Location!);
        Assert.DoesNotContain(KeptFirst, receipt.Main, StringComparison.Ordinal);
        Assert.Contains("We sent it to Cedar & Stride Madison, 0.2 miles from 53703.", receipt.Main, StringComparison.Ordinal);
        var reference = receipt.Page.QuerySelector("#reference")!.TextContent;
        Assert.Equal([RequestEventKind.Received], (await site.RequestAsync(reference)).History.Select(happened => happened.Kind));
        Assert.Equal([EmailKind.ClinicNotice, EmailKind.PatientConfirmation], (await site.MailsAsync(reference)).Select(mail => mail.Kind));
    }

    [Fact]
    public async Task Submit_SameFormTwentyTimesAtOnce_IsOneRequestWithOneSetOfMails()
    {
        using var alone = new BusySite();
        using var browser = alone.Open();
        var page = await browser.GetAsync(RequestJourney.Path);
        Assert.NotNull(page.Page.QuerySelector(RequestJourney.Form));
        var answers = RequestJourney.Answers(("email", "ada@example.com"));

        var sent = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ =>
            Task.Run(() => browser.SubmitAsync(page, RequestJourney.Form, answers))));

        Assert.All(sent, answer => Assert.Equal(HttpStatusCode.Redirect, answer.Status));
        var receipt = await browser.GetAsync(Assert.Single(sent.Select(answer => answer.Location).Distinct())!);
        Assert.Equal(HttpStatusCode.OK, receipt.Status);
        Assert.DoesNotContain(KeptFirst, receipt.Main, StringComparison.Ordinal);
        Assert.Equal((1, 1, 2), await alone.CountAsync());
    }

    [Theory]
    [InlineData("name", "Bob Example")]
    [InlineData("phone", "608 555 0143")]
    [InlineData("note", "Something to add")]
    [InlineData("wishes", "friday-evening")]
    [InlineData("area", "knee")]
    [InlineData("visit", "video")]
    [InlineData("clinic", "denver")]
    [InlineData("zip", "94607")]
    public async Task Submit_AgainWithAnotherAnswer_KeepsTheFirstAndSaysSo(string field, string other)
    {
        using var browser = site.Open();
        var page = await browser.GetAsync(RequestJourney.Path);
        var first = await browser.SubmitAsync(page, RequestJourney.Form, RequestJourney.Answers());
        var before = await browser.GetAsync(first.Location!);
        var reference = before.Page.QuerySelector("#reference")!.TextContent;
        var kept = await site.RequestAsync(reference);

        var second = await browser.SubmitAsync(page, RequestJourney.Form, RequestJourney.Answers((field, other)));

        Assert.Equal(first.Location, second.Location);
        var after = await browser.GetAsync(second.Location!);
        Assert.Equal(reference, after.Page.QuerySelector("#reference")!.TextContent);
        Assert.Contains(KeptFirst, after.Main, StringComparison.Ordinal);
        Assert.Contains("We sent it to Cedar & Stride Madison", after.Main, StringComparison.Ordinal);
        var still = await site.RequestAsync(reference);
        Assert.Equal(
            (kept.Details.Value, kept.ClinicSlug, kept.Visit, kept.DueUtc, 0),
            (still.Details.Value, still.ClinicSlug, still.Visit, still.DueUtc, still.Version));
        Assert.Single(await site.MailsAsync(reference));
    }

    [Fact]
    public async Task Submit_AgainWithThePhoneInAnotherNotation_IsTheSameAnswer()
    {
        using var browser = site.Open();
        var page = await browser.GetAsync(RequestJourney.Path);
        var first = await browser.SubmitAsync(page, RequestJourney.Form, RequestJourney.Answers(("phone", "608 555 0142 x12")));

        var second = await browser.SubmitAsync(page, RequestJourney.Form, RequestJourney.Answers(("phone", "+1 (608) 555-0142, ext. 12")));

        Assert.Equal(first.Location, second.Location);
        Assert.DoesNotContain(KeptFirst, (await browser.GetAsync(second.Location!)).Main, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Submit_AgainWithAZipNearAnotherClinic_DoesNotSayHowFarTheFirstClinicIsNot()
    {
        using var browser = site.Open();
        var page = await browser.GetAsync(RequestJourney.Path);
        await browser.SubmitAsync(page, RequestJourney.Form, RequestJourney.Answers());

        var second = await browser.SubmitAsync(page, RequestJourney.Form, RequestJourney.Answers(("zip", "94607")));

        // Oakland is 1.1 miles from this ZIP code; the clinic that has the request is in Wisconsin.
        var receipt = await browser.GetAsync(second.Location!);
        Assert.DoesNotContain("1.1 miles", receipt.Main, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Submit_FormRenderedTwice_IsTwoRequests()
    {
        using var browser = site.Open();
        var one = await browser.AskAsync();
        var other = await browser.AskAsync();

        Assert.NotEqual(one.Reference, other.Reference);
        Assert.NotEqual(one.StatusPath, other.StatusPath);
        Assert.DoesNotContain(KeptFirst, other.Page.Main, StringComparison.Ordinal);
        Assert.Single(await site.MailsAsync(one.Reference));
        Assert.Single(await site.MailsAsync(other.Reference));
    }

    [Fact]
    public async Task Submit_FormRenderedAgainAfterAnError_IsStillTheSameForm()
    {
        using var browser = site.Open();
        var page = await browser.GetAsync(RequestJourney.Path);
        var refused = await browser.SubmitAsync(page, RequestJourney.Form, RequestJourney.Answers(("phone", "")));

        var fromTheError = await browser.SubmitAsync(refused, RequestJourney.Form, [new("phone", "608 555 0142")]);
        var fromTheFirst = await browser.SubmitAsync(page, RequestJourney.Form, RequestJourney.Answers());

        Assert.Equal(HttpStatusCode.Redirect, fromTheError.Status);
        Assert.Equal(fromTheError.Location, fromTheFirst.Location);
    }

    [Fact]
    public async Task Submit_ReferenceTakenAlready_DrawsAnother()
    {
        using var alone = new Site();
        var taken = new TakenReference();
        alone.Replace = services => services.ConfigureDbContext<SiteDbContext>(options => options.AddInterceptors(taken));
        using var browser = alone.Open();
        var first = await browser.AskAsync();
        taken.Next = first.Reference;

        var second = await browser.AskAsync();

        Assert.Null(taken.Next);
        Assert.NotEqual(first.Reference, second.Reference);
        Assert.Equal((2, 2, 2), await alone.CountAsync());
        Assert.Single(await alone.MailsAsync(second.Reference));
    }

    /// <summary>
    /// Makes one request use the reference of another. The trigger belongs to the transaction, so that it is gone with the refused row.
    /// </summary>
    private sealed class TakenReference : DbTransactionInterceptor
    {
        public string? Next { get; set; }

        public override async ValueTask<DbTransaction> TransactionStartedAsync(
            DbConnection connection, TransactionEndEventData eventData, DbTransaction result, CancellationToken cancellationToken = default)
        {
            if (Next is { } reference)
            {
                Next = null;
                await using var command = connection.CreateCommand();
                command.Transaction = result;
                command.CommandText = connection is SqliteConnection
                    ? $"""
                      CREATE TRIGGER taken AFTER INSERT ON "AppointmentRequests"
                      BEGIN UPDATE "AppointmentRequests" SET "Reference" = '{reference}' WHERE "Id" = NEW."Id"; END
                      """
                    : $"""
                      CREATE FUNCTION taken() RETURNS trigger LANGUAGE plpgsql
                      AS $$ BEGIN NEW."Reference" := '{reference}'; RETURN NEW; END $$;
                      CREATE TRIGGER taken BEFORE INSERT ON "AppointmentRequests" FOR EACH ROW EXECUTE FUNCTION taken();
                      """;
                await command.ExecuteNonQueryAsync(cancellationToken);
            }

            return result;
        }
    }
}
