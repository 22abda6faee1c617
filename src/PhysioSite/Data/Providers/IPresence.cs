namespace PhysioSite.Data.Providers;

/// <param name="Subject">The id of the row that the page shows.</param>
/// <param name="Person">The id of who has it open.</param>
public sealed record OpenPage(Guid Subject, Guid Person);

/// <summary>
/// Who has a page of a row open, on all instances of the site. A page that is not reported for some time does not count any more, so that
/// what an instance reported ends with it.
/// </summary>
public interface IPresence
{
    /// <summary>How often a page must be reported at least.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(20);

    /// <summary>Reports that a page is open.</summary>
    /// <param name="id">Of the page.</param>
    public Task ReportAsync(Guid id, OpenPage page);

    /// <summary>Reports that a page was closed.</summary>
    public Task RemoveAsync(Guid id);

    /// <returns>The open pages of these rows. None when the database does not answer.</returns>
    public Task<IReadOnlyList<OpenPage>> FindAsync(IReadOnlyCollection<Guid> subjects);
}
