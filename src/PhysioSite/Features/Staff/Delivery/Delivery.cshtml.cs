using System.Globalization;
using Microsoft.AspNetCore.Http.Extensions;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.EntityFrameworkCore;
using PhysioSite.Content;
using PhysioSite.Content.Model;
using PhysioSite.Data;
using PhysioSite.Email;
using PhysioSite.Email.Outbox;
using PhysioSite.Email.Transports;
using PhysioSite.Features.Staff.Shared;
using PhysioSite.Localization;

namespace PhysioSite.Features.Staff.Delivery;

public sealed record EmailRow(
    Guid Id,
    EmailKind Kind,
    bool IsAboutARequest,
    string Reference,
    string ClinicSlug,
    OutboxState State,
    int Attempts,
    DateTime CreatedUtc,
    DateTime NextAttemptUtc,
    DateTime? SentUtc,
    DateTime? BodyDroppedUtc,
    string? LastError);

/// <summary>The state of email of one clinic.</summary>
/// <param name="ClinicSlug">Empty for email that is not about a clinic.</param>
public sealed record ClinicDelivery(string ClinicSlug, DateTime? LastSentUtc, DateTime? OldestWaitingUtc, int Failed);

/// <summary>Lists waiting, failed and sent emails without their content, and sends them again.</summary>
public sealed class DeliveryModel(
    StaffScope scope,
    SiteDbContext db,
    OutboxService outbox,
    OutboxWorker worker,
    IEmailTransport transport,
    ContentLibrary library,
    TimeProvider time) : PageModel
{
    public const int PageSize = 50;

    private const int MostClinics = 50;

    /// <summary>The last email that was sent is one of these. An email that was tried for hours is older than those after it.</summary>
    private const int LatestEmails = 100;

    [FromQuery(Name = "state")]
    public string? StateName { get; set; }

    [FromQuery(Name = "clinic")]
    public string? ClinicSlug { get; set; }

    /// <summary>A sent email that somebody wants to send a second time. The page asks first.</summary>
    public EmailRow? Repeated { get; private set; }

    public OutboxState? State { get; private set; }

    public Clinic? Chosen { get; private set; }

    public IReadOnlyList<Clinic> Clinics { get; private set; } = [];

    public IReadOnlyDictionary<OutboxState, int> Counts { get; private set; } = new Dictionary<OutboxState, int>();

    /// <summary>Those with a problem first, and not more than <see cref="MostClinics"/>.</summary>
    public IReadOnlyList<ClinicDelivery> ByClinic { get; private set; } = [];

    /// <summary>How many clinics are left out of <see cref="ByClinic"/>.</summary>
    public int MoreClinics { get; private set; }

    public IReadOnlyList<EmailRow> Rows { get; private set; } = [];

    public int Number { get; private set; } = 1;

    public int Total => State is { } state ? Count(state) : Counts.Values.Sum();

    public string Transport => transport.Description;

    /// <summary>Whether email content can be read here. True only when emails are written to a pickup folder and not delivered.</summary>
    public bool CanRead => transport is PickupFolderTransport;

    public DeliveryPause? Pause => worker.Pause;

    public DateTime NowUtc { get; } = time.GetUtcNow().UtcDateTime;

    public string ClinicName(string slug) => slug.Length == 0 ? "No clinic" : library.Current.FindClinic(slug)?.Name ?? slug;

    public Clinic? Clinic(string slug) => library.Current.FindClinic(slug);

    public int Count(OutboxState state) => Counts.GetValueOrDefault(state);

    /// <summary>The URL of the page with another state or page, or of one of its forms.</summary>
    public string Address(OutboxState? state, int number = 1, string? clinic = null, string? handler = null, Guid? again = null)
    {
        var query = new QueryBuilder();
        foreach (var (name, value) in new[]
        {
            ("state", state?.ToString().ToLowerInvariant()),
            ("clinic", clinic ?? Chosen?.Slug),
            ("page", number > 1 ? number.ToString(CultureInfo.InvariantCulture) : null),
            ("again", again?.ToString()),
            ("handler", handler),
        })
        {
            if (value is not null)
            {
                query.Add(name, value);
            }
        }

        return Url.Page("/Staff/Delivery/Delivery", pageHandler: null, values: null) + query.ToString();
    }

    public async Task OnGetAsync([FromQuery] int? page, [FromQuery] Guid? again, CancellationToken cancellationToken)
    {
        var emails = await FilterAsync(cancellationToken);
        Clinics = await scope.ClinicsAsync(cancellationToken);
        Counts = await emails
            .GroupBy(email => email.State)
            .Select(group => new { State = group.Key, Number = group.Count() })
            .ToDictionaryAsync(group => group.State, group => group.Number, cancellationToken);
        ByClinic = await ReadByClinicAsync(cancellationToken);
        Number = Math.Clamp(page ?? 1, 1, Math.Max(1, (Total + PageSize - 1) / PageSize));
        Rows = await ReadPageAsync(emails, cancellationToken);
        Repeated = again is null ? null
            : await emails
                .Where(email => email.Id == again && email.State == OutboxState.Sent && email.BodyDroppedUtc == null)
                .Select(ToRow)
                .SingleOrDefaultAsync(cancellationToken);
    }

    /// <param name="sure">Whether an email that was sent may be sent a second time.</param>
    public async Task<IActionResult> OnPostSendAgainAsync(
        [FromForm] Guid id, [FromForm] bool sure, [FromQuery] int? page, CancellationToken cancellationToken)
    {
        var email = await (await FilterAsync(cancellationToken)).Where(email => email.Id == id).Select(ToRow)
            .SingleOrDefaultAsync(cancellationToken);
        if (email is null)
        {
            return NotFound();
        }

        if (email.BodyDroppedUtc is not null)
        {
            TempData["problem"] = "The email is too old to be sent again: its text is no longer stored";
            return LocalRedirect(Address(State, page ?? 1));
        }

        if (email.State == OutboxState.Sent && !sure)
        {
            return LocalRedirect(Address(State, page ?? 1, again: id));
        }

        TempData["done"] = await outbox.SendAgainAsync(id, cancellationToken)
            ? "The email is on its way again"
            : "The email was waiting to be sent already";
        return LocalRedirect(Address(State, page ?? 1));
    }

    public async Task<IActionResult> OnPostSendFailedAgainAsync(CancellationToken cancellationToken)
    {
        var number = await outbox.SendFailedAgainAsync(await FilterAsync(cancellationToken), cancellationToken);
        TempData["done"] = number == 1 ? "1 email is on its way again" : $"{number} emails are on their way again";
        return LocalRedirect(Address(State));
    }

    /// <summary>Sends a test email to the inbox of a clinic, in the same way as every other email.</summary>
    public async Task<IActionResult> OnPostTestAsync([FromForm] string? to, CancellationToken cancellationToken)
    {
        await FilterAsync(cancellationToken);
        if (await scope.FindClinicAsync(to, cancellationToken) is not { } clinic)
        {
            return NotFound();
        }

        var email = EmailRenderer.Render(new TestEmail(NowUtc), Language.English);
        db.Add(new OutboxEmail(EmailKind.Test, new EmailTopic(null, "TEST", clinic.Slug), clinic.Inbox, email, NowUtc));
        await db.SaveChangesAsync(cancellationToken);
        TempData["done"] = $"A test email to the inbox of {clinic.Name} is in the list. Load the page again to see whether it was sent";
        return LocalRedirect(Address(null));
    }

    private static readonly System.Linq.Expressions.Expression<Func<OutboxEmail, EmailRow>> ToRow = email => new EmailRow(
        email.Id,
        email.Kind,
        email.RequestId != null,
        email.Reference,
        email.ClinicSlug,
        email.State,
        email.Attempts,
        email.CreatedUtc,
        email.NextAttemptUtc,
        email.SentUtc,
        email.BodyDroppedUtc,
        email.LastError);

    /// <summary>The rows of a page are found in an index, and only they are read.</summary>
    private async Task<IReadOnlyList<EmailRow>> ReadPageAsync(IQueryable<OutboxEmail> emails, CancellationToken cancellationToken)
    {
        var ofState = State is { } state ? emails.Where(email => email.State == state) : emails;
        var ids = await ofState
            .OrderByDescending(email => email.CreatedUtc).ThenByDescending(email => email.Id)
            .Skip((Number - 1) * PageSize).Take(PageSize)
            .Select(email => email.Id)
            .ToListAsync(cancellationToken);
        var rows = await emails.Where(email => ids.Contains(email.Id)).Select(ToRow).ToListAsync(cancellationToken);
        return [.. rows.OrderByDescending(row => row.CreatedUtc).ThenBy(row => ids.IndexOf(row.Id))];
    }

    /// <summary>The user's emails of the clinic in the URL, if there is one.</summary>
    private async Task<IQueryable<OutboxEmail>> FilterAsync(CancellationToken cancellationToken)
    {
        State = Enum.TryParse<OutboxState>(StateName, ignoreCase: true, out var wanted) && Enum.IsDefined(wanted) ? wanted : null;
        Chosen = await scope.FindClinicAsync(ClinicSlug, cancellationToken);
        var emails = await scope.EmailsAsync(cancellationToken);
        if (Chosen is null)
        {
            return emails;
        }

        var slugs = Chosen.Slugs;
        return emails.Where(email => slugs.Contains(email.ClinicSlug));
    }

    /// <summary>
    /// One row for each clinic with email, also when it has been renamed. Those with a problem come first. Few emails wait or have failed,
    /// so these are grouped by clinic; those that were sent are all that the site has ever sent.
    /// </summary>
    private async Task<IReadOnlyList<ClinicDelivery>> ReadByClinicAsync(CancellationToken cancellationToken)
    {
        var emails = await scope.EmailsAsync(cancellationToken);
        var unsent = await emails
            .Where(email => email.State == OutboxState.Waiting || email.State == OutboxState.Failed)
            .GroupBy(email => email.ClinicSlug)
            .Select(group => new ClinicDelivery(
                group.Key,
                null,
                group.Min(email => email.State == OutboxState.Waiting ? (DateTime?)email.CreatedUtc : null),
                group.Count(email => email.State == OutboxState.Failed)))
            .ToListAsync(cancellationToken);
        var rows = unsent
            .Concat(Clinics.Select(clinic => new ClinicDelivery(clinic.Slug, null, null, 0)))
            .Concat(scope.IsAdministrator ? [new ClinicDelivery("", null, null, 0)] : [])
            .GroupBy(row => library.Current.FindClinic(row.ClinicSlug)?.Slug ?? row.ClinicSlug)
            .Select(rows => new ClinicDelivery(rows.Key, null, rows.Min(row => row.OldestWaitingUtc), rows.Sum(row => row.Failed)))
            .OrderByDescending(row => row.Failed > 0)
            .ThenBy(row => row.OldestWaitingUtc ?? DateTime.MaxValue)
            .ThenBy(row => ClinicName(row.ClinicSlug), StringComparer.Ordinal)
            .ToList();
        MoreClinics = Math.Max(0, rows.Count - MostClinics);
        var listed = new List<ClinicDelivery>();
        foreach (var row in rows.Take(MostClinics))
        {
            var lastSent = await FindLastSentAsync(emails, Clinic(row.ClinicSlug)?.Slugs ?? [row.ClinicSlug], cancellationToken);
            if (lastSent is not null || row.OldestWaitingUtc is not null || row.Failed > 0)
            {
                listed.Add(row with { LastSentUtc = lastSent });
            }
        }

        return listed;
    }

    private static async Task<DateTime?> FindLastSentAsync(
        IQueryable<OutboxEmail> emails, IReadOnlyList<string> slugs, CancellationToken cancellationToken)
    {
        DateTime? last = null;
        foreach (var slug in slugs)
        {
            var latest = await emails
                .Where(email => email.ClinicSlug == slug && email.State == OutboxState.Sent)
                .OrderByDescending(email => email.CreatedUtc)
                .Take(LatestEmails)
                .MaxAsync(email => email.SentUtc, cancellationToken);
            last = latest > last || last is null ? latest : last;
        }

        return last;
    }
}
