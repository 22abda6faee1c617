using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace PhysioSite.Data;

/// <summary>A person who may sign in to the staff desk. The email address is the user name.</summary>
public sealed class StaffMember : IdentityUser<Guid>
{
    private readonly List<StaffClinic> _clinics = [];

    private StaffMember()
    {
    }

    public StaffMember(string email, string displayName)
    {
        Id = Guid.CreateVersion7();
        Email = email;
        UserName = email;
        DisplayName = displayName;
    }

    public string DisplayName { get; private set; } = "";

    /// <summary>False ends all sessions and rejects sign-in.</summary>
    public bool IsActive { get; private set; } = true;

    public IReadOnlyList<StaffClinic> Clinics => _clinics;

    public void WorksAt(IEnumerable<string> clinicSlugs)
    {
        var slugs = clinicSlugs.Distinct().ToList();
        _clinics.RemoveAll(clinic => !slugs.Contains(clinic.ClinicSlug));
        _clinics.AddRange(slugs.Except(_clinics.Select(clinic => clinic.ClinicSlug).ToList()).Select(slug => new StaffClinic(Id, slug)));
    }

    public void Activate(bool active) => IsActive = active;

    internal sealed class Configuration : IEntityTypeConfiguration<StaffMember>
    {
        public void Configure(EntityTypeBuilder<StaffMember> builder)
        {
            builder.Property(member => member.DisplayName).HasMaxLength(100);
            builder.HasMany(member => member.Clinics).WithOne().HasForeignKey(clinic => clinic.StaffMemberId);
        }
    }
}

/// <summary>A clinic whose requests a staff member handles.</summary>
public sealed class StaffClinic(Guid staffMemberId, string clinicSlug)
{
    public Guid StaffMemberId { get; private set; } = staffMemberId;

    public string ClinicSlug { get; private set; } = clinicSlug;

    internal sealed class Configuration : IEntityTypeConfiguration<StaffClinic>
    {
        public void Configure(EntityTypeBuilder<StaffClinic> builder)
        {
            builder.ToTable("StaffClinics");
            builder.HasKey(clinic => new { clinic.StaffMemberId, clinic.ClinicSlug });
            builder.Property(clinic => clinic.ClinicSlug).HasMaxLength(100);
        }
    }
}
