using System.Collections.Concurrent;
using System.Data.Common;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace PhysioSite.Faults.Breakages;

/// <summary>
/// Changes a new request and its emails in the database right after the site has saved them, before the patient is answered and before an
/// email is sent.
/// </summary>
internal sealed class StoredBreakages(IDataProtectionProvider protection) : DbTransactionInterceptor
{
    private const string Confirmation = "To the patient";
    private const string ClinicEmail = "To the clinic";

    /// <summary>By name. The second request is the one before, if it was saved under the same breakage.</summary>
    private static readonly Dictionary<string, Action<SavedRequest, SavedRequest?>> All = new()
    {
        ["somebody-else"] = (saved, _) => saved.ChangeDetails(details => details["Name"] = "Somebody Else"),
        ["digits-swapped"] = (saved, _) => saved.ChangeDetails(details => details["Phone"] = Swapped((string)details["Phone"]!)),
        ["another-way-to-reach"] = (saved, _) =>
            saved.ChangeDetails(details => details["Contact"] = ((int)details["Contact"]! + 1) % 3),
        ["preferred-times-lost"] = (saved, _) => saved.ChangeDetails(details => details["Wishes"] = new JsonArray()),
        ["note-lost"] = (saved, _) => saved.ChangeDetails(details => details["Note"] = null),
        ["not-encrypted"] = (saved, _) => saved.WriteDetailsInPlainText(),
        ["another-clinic"] = (saved, _) => saved.Execute("UPDATE AppointmentRequests SET ClinicSlug = 'walnut-creek' WHERE Id = {0}"),
        ["another-visit"] = (saved, _) =>
            saved.Execute("UPDATE AppointmentRequests SET Visit = IIF(Visit = 'Video', 'Clinic', 'Video') WHERE Id = {0}"),
        ["another-time-promised"] = (saved, _) =>
            saved.Execute("UPDATE AppointmentRequests SET DueUtc = datetime(DueUtc, '+1 day') WHERE Id = {0}"),
        ["reference-reused"] = (saved, earlier) =>
        {
            saved.Execute("DROP INDEX IF EXISTS IX_AppointmentRequests_Reference");
            saved.Execute("UPDATE AppointmentRequests SET Reference = {1} WHERE Id = {0}", earlier?.Reference ?? saved.Reference);
        },
        ["history-lost"] = (saved, _) => saved.Execute("DELETE FROM RequestEvents WHERE RequestId = {0}"),
        ["request-lost"] = (_, earlier) => earlier?.Delete(),
        ["held-silently"] = (saved, _) =>
        {
            saved.Execute("UPDATE AppointmentRequests SET State = 'Held' WHERE Id = {0}");
            saved.Execute("DELETE FROM Outbox WHERE RequestId = {0}");
        },
        ["to-a-stranger-with-a-dead-link"] = (saved, _) => saved.ChangeEmail(
            Confirmation, (field, text) => field == "To" ? "stranger@strangers.example" : SavedRequest.WithLink(text, "nowhere")),
        ["dead-link"] = (saved, _) => saved.ChangeEmail(Confirmation, (_, text) => SavedRequest.WithLink(text, "nowhere")),
        ["link-of-another"] = (saved, earlier) => saved.ChangeEmail(
            Confirmation, (_, text) => SavedRequest.WithLink(text, earlier?.FindToken() ?? "nowhere")),
        ["confirmation-names-the-patient"] = (saved, _) => saved.ChangeEmail(
            Confirmation, (field, text) => field == "Text" ? $"{saved.Name}, {text}" : text),
        ["confirmation-lost"] = (saved, _) => saved.DeleteEmail(Confirmation),
        ["clinic-email-lost"] = (saved, _) => saved.DeleteEmail(ClinicEmail),
        ["clinic-email-to-another-clinic"] = (saved, _) => saved.ChangeEmail(
            ClinicEmail, (field, text) => field == "To" ? "walnut-creek@cedarandstride.example" : text),
        ["clinic-email-names-another"] = (saved, earlier) => saved.ChangeEmail(
            ClinicEmail, (_, text) => text.Replace(saved.Name, earlier?.Name ?? saved.Name, StringComparison.Ordinal)),
        ["note-in-email"] = (saved, _) => saved.ChangeEmail(
            ClinicEmail, (field, text) => field == "Text" ? $"{text}{saved.Details["Note"]} {saved.Details["Access"]}" : text),
        ["staff-link-lost"] = (saved, _) => saved.ChangeEmail(
            ClinicEmail, (_, text) => text.Replace("/staff/requests/", "/staff/", StringComparison.Ordinal)),
        ["noted-as-sent"] = (saved, _) => saved.Execute("UPDATE Outbox SET State = 'Sent' WHERE RequestId = {0}"),
        ["every-email-copied"] = (saved, _) => saved.CopyEmails(),
        ["every-email-twice"] = (saved, _) => saved.Execute(
            """
            CREATE TRIGGER Twice AFTER UPDATE OF State ON Outbox WHEN NEW.State = 'Sent' AND NEW.Attempts = 1
            BEGIN UPDATE Outbox SET State = 'Waiting', SentUtc = NULL WHERE Id = NEW.Id; END
            """),
        ["name-in-the-log"] = (saved, _) => Console.WriteLine($"Received from {saved.Name}"),
        ["index-damaged"] = (saved, _) =>
        {
            saved.Execute("PRAGMA writable_schema = ON");
            saved.Execute("UPDATE sqlite_schema SET sql = replace(sql, '(\"About\")', '(\"Scope\")') WHERE name = 'IX_Outbox_About'");
        },
    };

    private readonly ConcurrentDictionary<DbContextId, HashSet<Guid>> _before = new();
    private readonly IDataProtector _protector = protection.CreateProtector("PhysioSite.Records");
    private (string Breakage, SavedRequest Request)? _earlier;

    public override ValueTask<InterceptionResult<DbTransaction>> TransactionStartingAsync(
        DbConnection connection,
        TransactionStartingEventData eventData,
        InterceptionResult<DbTransaction> result,
        CancellationToken cancellationToken = default)
    {
        var context = eventData.Context!;
        _before[context.ContextId] = [.. Requests(context)];
        return base.TransactionStartingAsync(connection, eventData, result, cancellationToken);
    }

    public override ValueTask<InterceptionResult> TransactionCommittingAsync(
        DbTransaction transaction,
        TransactionEventData eventData,
        InterceptionResult result,
        CancellationToken cancellationToken = default)
    {
        var context = eventData.Context!;
        if (_before.TryRemove(context.ContextId, out var before))
        {
            foreach (var id in Requests(context).Where(id => !before.Contains(id)))
            {
                Break(new SavedRequest(context, _protector, id), context);
            }
        }

        return base.TransactionCommittingAsync(transaction, eventData, result, cancellationToken);
    }

    /// <returns>Empty before the migrations.</returns>
    private static List<Guid> Requests(DbContext context) =>
        context.Database.SqlQueryRaw<string>("SELECT name AS Value FROM sqlite_schema").Contains("AppointmentRequests")
            ? [.. context.Database.SqlQueryRaw<Guid>("SELECT Id AS Value FROM AppointmentRequests")]
            : [];

    private void Break(SavedRequest saved, DbContext context)
    {
        saved.Execute("DROP TRIGGER IF EXISTS Twice");
        var breakage = Breakage.Current;
        if (All.TryGetValue(breakage, out var breakIt))
        {
            breakIt(saved, _earlier is { } earlier && earlier.Breakage == breakage ? earlier.Request.In(context) : null);
            _earlier = (breakage, saved);
        }
    }

    private static string Swapped(string phone) => phone[..^2] + phone[^1] + phone[^2];
}
