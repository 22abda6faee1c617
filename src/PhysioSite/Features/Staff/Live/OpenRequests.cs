using Microsoft.EntityFrameworkCore;
using PhysioSite.Data;
using PhysioSite.Data.Providers;

namespace PhysioSite.Features.Staff.Live;

/// <summary>Which members of staff have a request open, on all instances.</summary>
public sealed class OpenRequests(IPresence presence, SiteDbContext db)
{
    /// <summary>The first names of the people who have a request open, by the id of the request.</summary>
    /// <param name="except">A person who is left out.</param>
    public async Task<ILookup<Guid, string>> FirstNamesAsync(
        IReadOnlyCollection<Guid> requests, Guid except, CancellationToken cancellationToken = default)
    {
        var pages = (await presence.FindAsync(requests)).Where(page => page.Person != except).Distinct().ToList();
        var people = pages.Select(page => page.Person).Distinct().ToList();
        var names = people.Count == 0
            ? []
            : await db.Set<StaffMember>().Where(member => people.Contains(member.Id))
                .Select(member => new { member.Id, member.DisplayName })
                .ToDictionaryAsync(member => member.Id, member => FirstName(member.DisplayName), cancellationToken);
        return pages.Where(page => names.ContainsKey(page.Person))
            .Select(page => (page.Subject, Name: names[page.Person]))
            .Distinct()
            .OrderBy(page => page.Name, StringComparer.Ordinal)
            .ToLookup(page => page.Subject, page => page.Name);
    }

    private static string FirstName(string name) => name.Split(' ', 2)[0];
}
