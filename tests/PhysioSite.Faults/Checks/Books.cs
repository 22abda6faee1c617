namespace PhysioSite.Faults.Checks;

/// <summary>The records that must agree at the end of a scenario.</summary>
/// <param name="Told">What patients typed and were told.</param>
/// <param name="Requests">The requests in the database, by reference.</param>
/// <param name="Mails">The emails in the database.</param>
/// <param name="Arrivals">The emails that the mail server received.</param>
/// <param name="PublicOrigin">The origin of every link in an email.</param>
internal sealed record Books(
    IReadOnlyCollection<Acknowledgement> Told,
    ILookup<string, StoredRequest> Requests,
    IReadOnlyList<StoredMail> Mails,
    IReadOnlyList<Arrival> Arrivals,
    SiteKeys Keys,
    Uri PublicOrigin)
{
    public static Books Of(Trial trial) => new(
        [.. trial.Ledger.Acknowledged],
        trial.Database.Requests().ToLookup(request => request.Reference),
        trial.Database.Mails(),
        [.. trial.Mail.Received.Select(mail => new Arrival(mail))],
        trial.Database.ReadKeys(),
        trial.PublicOrigin);
}

/// <param name="What">The same words for every occurrence.</param>
/// <param name="Where">A reference, or another name of what is affected.</param>
internal sealed record Problem(string What, string Where)
{
    /// <summary>One text for each kind of problem.</summary>
    public static IEnumerable<string> Summarize(IEnumerable<Problem> problems) => problems
        .GroupBy(problem => problem.What)
        .Select(same => same.Count() == 1 ? $"{same.Key} ({same.First().Where})" : $"{same.Key} ({same.Count()}, as {same.First().Where})");
}
