using System.Text.Json;
using System.Text.Json.Serialization;
using PhysioSite.Text;

namespace PhysioSite.Features.Appointments;

public enum ContactWay
{
    Call,
    Text,
    Email,
}

/// <summary>
/// The data provided by the patient, stored encrypted. Only the staff desk shows all of it. It is not passed to the email templates.
/// </summary>
/// <param name="Area">Id of a body area, or null for "I'd rather say by phone".</param>
/// <param name="PreferredTimes">Ids of <see cref="PreferredTime"/>. Empty means any time. Stored under an earlier name.</param>
/// <param name="Phone">
/// In the format of <see cref="PhoneNumber.Stored"/>, or as entered if an older version stored an invalid number.
/// </param>
/// <param name="Language">ISO 639-1 code of the language of the form.</param>
/// <param name="Therapist">Slug of the therapist whom the patient would like to see. A wish, which the clinic may not fulfil.</param>
/// <param name="CallTimes">When a call suits the patient, in their words.</param>
/// <param name="CameFrom">Slug of the article from which the patient opened the form.</param>
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
    [property: JsonPropertyName("Wishes")] IReadOnlyList<string> PreferredTimes,
    string Language = "en",
    string? Therapist = null,
    string? CallTimes = null,
    string? CameFrom = null)
{
    /// <summary>The value after erasure.</summary>
    public static readonly PatientDetails Erased = new("", ContactWay.Call, null, null, false, false, null, null, null, null, []);

    /// <summary>Normalized, so that different notations of the same number are equal.</summary>
    public string? Phone { get; init; } = PhoneNumber.ToStored(Phone);

    /// <summary>Compares the serialized form, so that new properties are included without a change here.</summary>
    public bool Equals(PatientDetails? other) =>
        ReferenceEquals(this, other) || (other is not null && JsonSerializer.Serialize(this) == JsonSerializer.Serialize(other));

    public override int GetHashCode() => HashCode.Combine(Name, Contact, Phone, Email);
}
