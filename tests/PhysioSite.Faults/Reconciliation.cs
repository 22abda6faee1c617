using System.Text.RegularExpressions;

namespace PhysioSite.Faults;

/// <summary>Compares what patients were told with the database and with the emails that the mail server received.</summary>
internal sealed partial class Reconciliation
{
    private readonly Trial _trial;
    private readonly Scenario _scenario;
    private readonly Dictionary<string, StoredRequest> _requests;
    private readonly ILookup<string, StoredMail> _mailsAbout;
    private readonly List<StoredMail> _mails;
    private readonly List<Arrival> _arrivals;

    /// <param name="trial">A trial whose site has stopped.</param>
    public Reconciliation(Trial trial, Scenario scenario)
    {
        (_trial, _scenario) = (trial, scenario);
        _requests = trial.Database.Requests().ToDictionary(request => request.Reference);
        _mails = trial.Database.Mails();
        _mailsAbout = _mails.ToLookup(mail => mail.About);
        _arrivals =
        [
            .. trial.Mail.Received.Select(mail => new Arrival(
                mail.Mail.MessageId!,
                mail.Recipients[0],
                mail.Mail.Subject!,
                mail.OverTls && mail.User is not null)),
        ];
    }

    public FaultRow Row()
    {
        var arrived = _arrivals.Select(arrival => (Reference(arrival.Subject), arrival.Recipient)).ToHashSet();
        var lost = _trial.Ledger.Acknowledged.Where(told => IsLost(told, arrived)).Select(told => told.Reference).ToList();
        var doubled = _arrivals.Count - _arrivals.Select(arrival => arrival.MessageId).Distinct().Count();
        List<string> problems =
        [
            .. lost.Count > 0 ? [$"lost {string.Join(", ", lost.Take(5))}"] : Array.Empty<string>(),
            .. _trial.Problems,
            .. _trial.Ledger.Broken.Distinct(),
            .. Problems(doubled),
        ];
        return new FaultRow(
            _scenario.Name,
            _trial.Injected + _trial.Mail.Injected,
            _trial.Ledger.AcknowledgedCount,
            lost.Count,
            Refused(),
            _arrivals.Count,
            doubled,
            _trial.Recovery,
            problems.Count == 0 ? Verdict.Passed : Verdict.Failed,
            string.Join("; ", problems));
    }

    /// <summary>
    /// True when the request is not in the database, or when its clinic received no email and the email is not marked as failed, which
    /// staff would see.
    /// </summary>
    private bool IsLost(Acknowledgement told, HashSet<(string, string)> arrived) =>
        !_requests.TryGetValue(told.Reference, out var stored)
        || stored.Clinic != told.Clinic
        || (!arrived.Contains((told.Reference, ClinicInboxes.Of(told.Clinic)))
            && !_mailsAbout[told.Reference].Any(mail => mail is { Kind: "To the clinic", State: "Failed" }));

    private IEnumerable<string> Problems(int doubled)
    {
        if (_requests.Count > _trial.Ledger.AcknowledgedCount)
        {
            yield return $"{_requests.Count - _trial.Ledger.AcknowledgedCount} more requests than forms that were acknowledged";
        }

        var unwritten = _trial.Ledger.Acknowledged.Count(told =>
            told.Patient.Email is { } email
            && !_mailsAbout[told.Reference].Any(mail => mail.Kind == "To the patient"));
        if (unwritten > 0)
        {
            yield return $"{unwritten} confirmations were never written";
        }

        var ids = _arrivals.Select(arrival => arrival.MessageId.TrimStart('<').Split('@')[0]).ToHashSet(StringComparer.OrdinalIgnoreCase);
        if (_mails.Count(mail => mail.State == "Sent" && !ids.Contains(mail.Id.ToString("N"))) is > 0 and var imagined)
        {
            yield return $"{imagined} mails are noted as sent, but the mail server has none of them";
        }

        if (_mails.Count(mail => mail.State == "Waiting") is > 0 and var waiting)
        {
            yield return $"{waiting} mails still wait ({_mails.First(mail => mail.State == "Waiting").LastError ?? "no attempt noted"})";
        }

        var parked = _mails.Where(mail => mail.State == "Failed").ToList();
        if (_scenario.Parks != parked.Count > 0)
        {
            yield return _scenario.Parks ? "no mail is shown as failed" : $"{parked.Count} mails have failed ({parked[0].LastError})";
        }

        if (doubled > 0 && !_scenario.MayDouble)
        {
            yield return $"{doubled} mails came twice";
        }

        var unlike = _arrivals
            .GroupBy(arrival => (Reference(arrival.Subject), arrival.Recipient, arrival.Subject))
            .Count(same =>
                same.Key.Item1.Length > 0
                && same.Select(arrival => arrival.MessageId).Distinct().Count() > 1);
        if (unlike > 0)
        {
            yield return $"{unlike} mails came twice as different mails";
        }

        if (_arrivals.Count(arrival => !arrival.IsPrivate) is > 0 and var open)
        {
            yield return $"{open} mails were handed over without TLS or without signing in";
        }

        var refused = _trial.Ledger.Refused;
        var wrong = refused.FirstOrDefault(refusal =>
            !_scenario.MayRefuse
            || refusal is not { Status: 503, FormKept: true, Words.Length: > 0 });
        if (wrong is not null)
        {
            var formLost = wrong.FormKept ? "" : ", and what they typed was gone";
            yield return $"a patient was refused with {wrong.Status} \"{wrong.Words}\"{formLost}";
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
                return $"{same.Count()} × {same.Key.Status} \"{shown}\"{formKept}";
            });
        return string.Join(", ", refusals) is { Length: > 0 } words ? words : "0";
    }

    private static string Reference(string subject) => ReferenceInText().Match(subject).Value;

    [GeneratedRegex(@"\b[34679ACDEFGHJKMNPQRTWXY]{8}\b")]
    private static partial Regex ReferenceInText();

    private sealed record Arrival(string MessageId, string Recipient, string Subject, bool IsPrivate);
}
