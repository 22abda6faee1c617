using Microsoft.AspNetCore.Mvc;

namespace PhysioSite.Features.Appointments.Request;

/// <summary>
/// The request form as posted. Every field keeps the text as entered, so that it can be shown again. <see cref="RequestAnswers"/> has the
/// parsed values. docs/adding-a-question.md lists every place to change for a new question. A test fails if one is missing.
/// </summary>
public sealed class RequestForm
{
    /// <summary>The value for "I'd rather say by phone".</summary>
    public const string AreaByPhone = "by-phone";

    [BindProperty(Name = "zip")]
    public string? Zip { get; set; }

    [BindProperty(Name = "clinic")]
    public string? Clinic { get; set; }

    /// <summary><c>clinic</c> or <c>video</c>.</summary>
    [BindProperty(Name = "visit")]
    public string? Visit { get; set; } = "clinic";

    [BindProperty(Name = "area")]
    public string? Area { get; set; } = AreaByPhone;

    /// <summary>Ids of <see cref="PreferredTime"/>.</summary>
    [BindProperty(Name = "wishes")]
    public string?[] PreferredTimes { get; set; } = [];

    [BindProperty(Name = "name")]
    public string? Name { get; set; }

    /// <summary><c>call</c>, <c>text</c> or <c>email</c>.</summary>
    [BindProperty(Name = "contact")]
    public string? Contact { get; set; } = "call";

    [BindProperty(Name = "phone")]
    public string? Phone { get; set; }

    [BindProperty(Name = "email")]
    public string? Email { get; set; }

    /// <summary><c>yes</c> when ticked.</summary>
    [BindProperty(Name = "message-ok")]
    public string? MessageOk { get; set; }

    /// <summary>The slug of the therapist whom the patient would like to see. Empty when the box was unticked.</summary>
    [BindProperty(Name = "therapist")]
    public string? Therapist { get; set; }

    /// <summary><c>me</c> or <c>someone</c>.</summary>
    [BindProperty(Name = "for")]
    public string? For { get; set; } = "me";

    /// <summary><c>yes</c>, <c>no</c> or empty.</summary>
    [BindProperty(Name = "seen-before")]
    public string? SeenBefore { get; set; }

    [BindProperty(Name = "access")]
    public string? Access { get; set; }

    [BindProperty(Name = "note")]
    public string? Note { get; set; }

    /// <summary>
    /// Honeypot field, hidden from people. Only a program fills it in. The name is one that no browser fills in automatically.
    /// </summary>
    [BindProperty(Name = "subject")]
    public string? Subject { get; set; }

    /// <summary>The submission key of this rendering of the form.</summary>
    [BindProperty(Name = "form-key")]
    public string? Key { get; set; }

    /// <summary>The article the patient came from, kept so that the page can show it again.</summary>
    [BindProperty(Name = "from")]
    public string? From { get; set; }
}
