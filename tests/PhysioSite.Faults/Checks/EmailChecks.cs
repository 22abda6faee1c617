namespace PhysioSite.Faults.Checks;

/// <summary>Compares what patients typed and were told with the emails in the database and at the mail server.</summary>
internal sealed class EmailChecks(Books books, Trial trial)
{
    private const string Sender = "no-reply@cedarandstride.example";

    private readonly Dictionary<Guid, StoredMail> _stored = books.Mails.ToDictionary(mail => mail.Id);
    private readonly Dictionary<string, Acknowledgement> _told = books.Told.ToDictionary(told => told.Reference);

    /// <summary>Number of emails that came more than once.</summary>
    public int Doubled { get; } = books.Arrivals.Count - books.Arrivals.Select(arrival => arrival.MessageId).Distinct().Count();

    /// <summary>Those that the site did not know to be stored, and those in flight each time the site ended.</summary>
    public int MostDoubled { get; } = books.Arrivals.Count(arrival => !arrival.IsAcknowledged) + trial.MostDoubledByKills;

    public IEnumerable<Problem> Problems() =>
        [.. OfRequests(), .. books.Mails.SelectMany(OfStored), .. books.Arrivals.SelectMany(OfArrival), .. OfCopies()];

    private IEnumerable<Problem> OfRequests()
    {
        var written = books.Mails.ToLookup(mail => (mail.About, mail.Kind));
        foreach (var told in books.Told)
        {
            if (written[(told.Reference, EmailContent.ToTheClinic)].Count() is var toClinic and not 1)
            {
                var what = toClinic == 0 ? "an email to the clinic was never written" : "a clinic gets several emails";
                yield return new Problem(what, told.Reference);
            }

            var confirmations = written[(told.Reference, EmailContent.ToThePatient)].Count();
            if (confirmations != (told.Patient.Details.Email is null ? 0 : 1))
            {
                var what = confirmations == 0 ? "a confirmation was never written" : "a patient gets confirmations that nobody asked for";
                yield return new Problem(what, told.Reference);
            }
        }
    }

    private IEnumerable<Problem> OfStored(StoredMail mail)
    {
        if (books.Keys.Read(mail.Content) is not { } content)
        {
            return [new Problem("a stored email cannot be decrypted", mail.About)];
        }

        var problems = EmailContent.Problems(mail.Kind, EmailParts.Of(content), _told.GetValueOrDefault(mail.About), books.PublicOrigin);
        return problems.Distinct().Select(what => new Problem(what, mail.About));
    }

    private IEnumerable<Problem> OfArrival(Arrival arrival)
    {
        if (arrival.Id is not { } id || !_stored.TryGetValue(id, out var mail))
        {
            return [new Problem("an email came that the site has not stored", arrival.MessageId)];
        }

        IEnumerable<string> problems =
        [
            .. EmailContent.Problems(mail.Kind, arrival.Parts, _told.GetValueOrDefault(mail.About), books.PublicOrigin),
            .. arrival.IsPrivate ? [] : new[] { "an email was handed over without TLS or without signing in" },
            .. arrival.IsAddressedToItsRecipient ? [] : new[] { "an email is addressed to somebody else than its recipient" },
            .. arrival.From == Sender ? [] : new[] { "an email has another sender" },
        ];
        return problems.Distinct().Select(what => new Problem(what, mail.About));
    }

    /// <summary>
    /// An email may come again only when the site did not learn that the server has stored it, or ended before it had recorded this.
    /// </summary>
    private IEnumerable<Problem> OfCopies()
    {
        foreach (var same in books.Arrivals.GroupBy(arrival => arrival.MessageId))
        {
            var copies = same.ToList();
            var allowed = copies.SkipLast(1).Count(copy => !copy.IsAcknowledged) + trial.InterruptionsOf(copies[0].Id);
            if (copies.Count - 1 > allowed)
            {
                yield return new Problem("an email came more often than it may", $"{copies.Count} times, {same.Key}");
            }

            if (copies.Any(copy => !copy.Raw.SequenceEqual(copies[0].Raw)))
            {
                yield return new Problem("the copies of an email differ", same.Key);
            }
        }

        if (Doubled > MostDoubled)
        {
            yield return new Problem("more emails came twice than can be in flight when the site ends", $"{Doubled}");
        }
    }
}
