using System.Text.Json;
using PhysioSite.Text;

namespace PhysioSite.Features.Appointments;

public enum ContactWay
{
    Call,
    Text,
    Email,
}

/// <summary>What a patient told us, stored encrypted. Only the staff desk shows all of it; no mail is made from it.</summary>
/// <param name="Area">A body area's id, or null for "I'd rather say by phone".</param>
/// <param name="Wishes">Ids of <see cref="PreferredTime"/>; none means any time.</param>
/// <param name="Phone">As <see cref="PhoneNumber.Stored"/>, or as typed where an older version stored what is no possible number.</param>
/// <param name="Language">ISO 639-1 code of the language of the form.</param>
public sealed record PatientDetails(
    string Name,
    ContactWay Contact,
    string? Phone,
    string? Email,
    bool MayLeaveMessage,
    bool ForSomeoneElse,
    bool? SeenBefore,
    string? Access,
    string? Note,
    string? Area,
    IReadOnlyList<string> Wishes,
    string Language = "en")
{
    /// <summary>What is left after erasure.</summary>
    public static readonly PatientDetails Erased = new("", ContactWay.Call, null, null, false, false, null, null, null, null, []);

    /// <summary>One notation for each number, so that two notations of it are the same answer.</summary>
    public string? Phone { get; init; } = PhoneNumber.ToStored(Phone);

    /// <summary>The same when they are stored as the same text: an answer that is added is compared without being named here.</summary>
    public bool Equals(PatientDetails? other) =>
        ReferenceEquals(this, other) || (other is not null && JsonSerializer.Serialize(this) == JsonSerializer.Serialize(other));

    public override int GetHashCode() => HashCode.Combine(Name, Contact, Phone, Email);
}
