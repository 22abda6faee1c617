using System.Globalization;

namespace PhysioSite.Faults.Checks;

/// <summary>
/// Compares what patients typed and were told with the database and with the emails that the mail server received.
/// </summary>
internal sealed class Reconciliation
{
    private readonly Trial _trial;
    private readonly Scenario _scenario;
    private readonly Books _books;
    private readonly EmailChecks _emails;

    public Reconciliation(Trial trial, Scenario scenario)
    {
        (_trial, _scenario) = (trial, scenario);
        _books = Books.Of(trial);
        _emails = new EmailChecks(_books, trial);
    }

    public FaultRow Row()
    {
        var problems = Problems();
        return new FaultRow(
            _scenario.Name,
            _trial.Injected + _trial.Mail.Injected,
            _books.Told.Count,
            Lost().Count,
            Refused(),
            _books.Arrivals.Count,
            _emails.Doubled == 0 ? "0" : $"{_emails.Doubled} of at most {_emails.MostDoubled}",
            Times.Answers(_trial.Ledger.Answered),
            _trial.Recovery.Length > 0 ? _trial.Recovery : _trial.Times.Starts(),
            problems.Count == 0 ? Verdict.Passed : Verdict.Failed,
            string.Join("; ", problems));
    }

    public List<string> Problems() =>
    [
        .. Lost() is { Count: > 0 } lost ? [$"lost {string.Join(", ", lost.Take(5))}"] : Array.Empty<string>(),
        .. _trial.Problems,
        .. _trial.Ledger.Broken.Distinct(),
        .. _trial.Desk.Broken.Distinct(),
        .. Problem.Summarize(
        [
            .. new RequestChecks(_books, _trial.Ledger).Problems(),
            .. new DeskChecks(_books, _trial.Desk).Problems(),
            .. _emails.Problems(),
            .. StorageChecks.Problems(_trial),
        ]),
        .. OfOutbox(),
        .. OfAnswers(),
    ];

    /// <summary>
    /// The requests that are not in the database, or whose clinic received no email while the email is not marked as failed, which staff
    /// would see.
    /// </summary>
    private List<string> Lost()
    {
        var arrived = _books.Arrivals.Select(arrival => (arrival.Id, arrival.Parts.To)).ToHashSet();
        var written = _books.Mails.Where(mail => mail.Kind == EmailContent.ToTheClinic).ToLookup(mail => mail.About);
        return
        [
            .. _books.Told.Select(told => told.Reference).Where(reference =>
                !_books.Requests[reference].Any()
                || !written[reference].Any(mail =>
                    mail.State == "Failed" || arrived.Contains((mail.Id, SampleContent.Inbox(mail.Clinic))))),
        ];
    }

    private IEnumerable<string> OfOutbox()
    {
        var arrived = _books.Arrivals.Select(arrival => arrival.Id).ToHashSet();
        if (_books.Mails.Count(mail => mail.State == "Sent" && !arrived.Contains(mail.Id)) is > 0 and var imagined)
        {
            yield return $"{imagined} emails are noted as sent, but the mail server has none of them";
        }

        var waiting = _books.Mails.Where(mail => mail.State == "Waiting").ToList();
        if (waiting.Count > 0)
        {
            yield return $"{waiting.Count} emails still wait ({waiting[0].LastError ?? "no attempt noted"})";
        }

        var failed = _books.Mails.Where(mail => mail.State == "Failed").ToList();
        if (_scenario.Parks != failed.Count > 0)
        {
            yield return _scenario.Parks ? "no email is shown as failed" : $"{failed.Count} emails have failed ({failed[0].LastError})";
        }
    }

    private IEnumerable<string> OfAnswers()
    {
        var more = _books.Requests.Sum(same => same.Count()) - _books.Told.Count;
        if (more > 0)
        {
            yield return $"{more} more requests than forms that were acknowledged";
        }

        var wrong = _trial.Ledger.Refused.FirstOrDefault(refusal =>
            !_scenario.MayRefuse
            || refusal is not { Status: 503, FormKept: true, Words.Length: > 0 });
        if (wrong is not null)
        {
            var formLost = wrong.FormKept ? "" : ", and what they typed was gone";
            yield return $"a patient was refused with {wrong.Status} \"{wrong.Words}\"{formLost}";
        }

        foreach (var slow in _trial.Times.Problems(_trial.Ledger.Answered))
        {
            yield return slow;
        }
    }

    private string Refused()
    {
        var refusals = _trial.Ledger.Refused
            .GroupBy(refusal => (refusal.Status, refusal.Words))
            .Select(same =>
            {
                var shown = same.Key.Words.Length > 50 ? same.Key.Words[..50] + "…" : same.Key.Words;
                var formKept = same.All(refusal => refusal.FormKept) ? ", form kept" : "";
                return string.Create(CultureInfo.InvariantCulture, $"{same.Count()} × {same.Key.Status} \"{shown}\"{formKept}");
            });
        return string.Join(", ", refusals) is { Length: > 0 } words ? words : "0";
    }
}
