using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using PhysioSite.Data;

namespace PhysioSite.Features.Staff.Accounts.SignIn;

/// <summary>A sign-in session in one browser. The browser holds the key; the database stores only its hash.</summary>
public sealed class StaffSession(string keyHash, Guid staffMemberId, string stamp, DateTime startedUtc, DateTime endsUtc)
{
    public string KeyHash { get; private set; } = keyHash;

    public Guid StaffMemberId { get; private set; } = staffMemberId;

    /// <summary>
    /// The person's security stamp at sign-in. A password change or the deactivation of the account changes the current stamp, which ends
    /// the session.
    /// </summary>
    public string Stamp { get; private set; } = stamp;

    public DateTime StartedUtc { get; private set; } = startedUtc;

    /// <summary>Time of last use, with a precision of one minute.</summary>
    public DateTime SeenUtc { get; private set; } = startedUtc;

    public DateTime EndsUtc { get; private set; } = endsUtc;

    internal sealed class Configuration : IEntityTypeConfiguration<StaffSession>
    {
        public void Configure(EntityTypeBuilder<StaffSession> builder)
        {
            builder.ToTable("StaffSessions");
            builder.HasKey(session => session.KeyHash);
            builder.Property(session => session.KeyHash).HasMaxLength(64);
            builder.Property(session => session.Stamp).HasMaxLength(256);
            builder.HasOne<StaffMember>().WithMany().HasForeignKey(session => session.StaffMemberId);
            builder.HasIndex(session => session.SeenUtc);
        }
    }
}
