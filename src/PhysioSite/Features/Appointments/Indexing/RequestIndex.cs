using System.Buffers.Binary;
using System.Globalization;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.EntityFrameworkCore;
using PhysioSite.Data;

namespace PhysioSite.Features.Appointments.Indexing;

/// <summary>
/// Computes the keyed hashes by which requests are found although what patients wrote is encrypted: the keys of the same patient
/// (docs/decisions/0032-keys-for-the-same-patient.md) and the terms of the staff search (docs/decisions/0028-search-by-keyed-hashes.md).
/// </summary>
public sealed class RequestIndex(IndexSecret secret)
{
    private const int KeyBytes = 16;

    /// <inheritdoc cref="IndexSecret.LoadAsync"/>
    public ValueTask LoadAsync(CancellationToken cancellationToken) => secret.LoadAsync(cancellationToken);

    /// <summary>Only after <see cref="LoadAsync"/>.</summary>
    public ContactKeys KeysOf(PatientDetails details) =>
        new(KeyOf("phone", details.Phone), KeyOf("email", details.Email?.ToUpperInvariant()));

    /// <summary>The stored form of a term. Only after <see cref="LoadAsync"/>.</summary>
    /// <param name="term">One of <see cref="SearchTerms"/>.</param>
    public long Hash(string term) => BinaryPrimitives.ReadInt64BigEndian(secret.Hash($"search:{term}"));

    /// <summary>Only after <see cref="LoadAsync"/>.</summary>
    public IEnumerable<long> HashesOf(PatientDetails details) => SearchTerms.Of(details).Select(Hash).Distinct();

    /// <summary>Sets the number and the keys of a new request.</summary>
    public async Task SetAsync(AppointmentRequest request, PatientDetails details, CancellationToken cancellationToken)
    {
        await LoadAsync(cancellationToken);
        request.SetIndex(KeysOf(details), SearchId.New(request.ReceivedUtc));
    }

    /// <summary>
    /// The statement that stores the terms of a request. A context would track and insert each of the about twenty rows. The values are
    /// numbers, so it needs no parameters.
    /// </summary>
    /// <returns>Empty without terms.</returns>
    public string InsertTerms(long searchId, PatientDetails details)
    {
        var rows = string.Join(
            ", ", HashesOf(details).Select(term => string.Create(CultureInfo.InvariantCulture, $"({term}, {searchId})")));
        return rows.Length == 0 ? "" : $"""INSERT INTO "{SearchTerm.Table}" ("Term", "SearchId") VALUES {rows};""";
    }

    /// <summary>Changes the index of a request with the next save of a context. The stored terms must be loaded.</summary>
    public void Update(SiteDbContext db, AppointmentRequest request, PatientDetails details)
    {
        request.SetIndex(KeysOf(details), request.SearchId ?? SearchId.New(request.ReceivedUtc));
        var id = request.SearchId!.Value;
        var wanted = HashesOf(details).ToHashSet();
        var stored = db.Set<SearchTerm>().Local.Where(term => term.SearchId == id).ToList();
        db.RemoveRange(stored.Where(term => !wanted.Contains(term.Term)));
        db.AddRange(wanted.Except(stored.Select(term => term.Term)).Select(term => new SearchTerm(term, id)));
    }

    /// <summary>Loads the terms of requests, to change or to remove them.</summary>
    /// <param name="ids"><see cref="AppointmentRequest.SearchId"/> of the requests.</param>
    public static Task<List<SearchTerm>> TermsAsync(SiteDbContext db, IEnumerable<long?> ids, CancellationToken cancellationToken)
    {
        var known = ids.OfType<long>().ToList();
        return db.Set<SearchTerm>().Where(term => known.Contains(term.SearchId)).ToListAsync(cancellationToken);
    }

    private string? KeyOf(string kind, string? value) =>
        value is null ? null : WebEncoders.Base64UrlEncode(secret.Hash($"{kind}:{value}").AsSpan(0, KeyBytes));
}
