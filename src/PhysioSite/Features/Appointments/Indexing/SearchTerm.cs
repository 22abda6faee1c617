using System.Security.Cryptography;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace PhysioSite.Features.Appointments.Indexing;

/// <summary>
/// Says that a request has a term (<see cref="SearchTerms"/>). Both are numbers, because there are about twenty rows per request.
/// </summary>
public sealed class SearchTerm
{
    internal const string Table = "SearchTerms";

    private SearchTerm()
    {
    }

    internal SearchTerm(long term, long searchId)
    {
        (Term, SearchId) = (term, searchId);
    }

    /// <summary>The first 64 bits of the keyed hash of the term.</summary>
    public long Term { get; private set; }

    /// <summary><see cref="AppointmentRequest.SearchId"/> of the request.</summary>
    public long SearchId { get; private set; }

    internal sealed class Configuration : IEntityTypeConfiguration<SearchTerm>
    {
        public void Configure(EntityTypeBuilder<SearchTerm> builder)
        {
            builder.ToTable(Table);
            builder.HasKey(term => new { term.Term, term.SearchId });
            builder.Property(term => term.Term).ValueGeneratedNever();
            builder.Property(term => term.SearchId).ValueGeneratedNever();
            builder.HasIndex(term => term.SearchId);
        }
    }
}

/// <summary>The number of a request in the index. Later requests have higher numbers, so that the newest are found first.</summary>
internal static class SearchId
{
    private const int RandomBits = 22;

    private static readonly DateTime Start = new(2020, 1, 1, 0, 0, 0, DateTimeKind.Utc);

    /// <summary>Milliseconds in the upper bits; random lower bits make it unique. A unique index refuses the rest.</summary>
    public static long New(DateTime receivedUtc) =>
        ((long)Math.Clamp((receivedUtc - Start).TotalMilliseconds, 0, 1L << 40) << RandomBits)
        | (long)RandomNumberGenerator.GetInt32(1 << RandomBits);
}
