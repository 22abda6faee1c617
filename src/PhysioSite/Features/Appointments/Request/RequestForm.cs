using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Mvc;

namespace PhysioSite.Features.Appointments.Request;

/// <summary>
/// The request form as the browser sends it: every field as typed, so that it can be shown again. The names are the ids in the page.
/// docs/adding-a-question.md names every place of a question; a test fails when one is forgotten.
/// </summary>
public sealed partial class RequestForm
{
    /// <summary>The choice of "I'd rather say by phone".</summary>
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

    [BindProperty(Name = "wishes")]
    public string?[] Wishes { get; set; } = [];

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

    /// <summary><c>me</c> or <c>someone</c>.</summary>
    [BindProperty(Name = "for")]
    public string? For { get; set; } = "me";

    /// <summary><c>yes</c>, <c>no</c> or nothing.</summary>
    [BindProperty(Name = "seen-before")]
    public string? SeenBefore { get; set; }

    [BindProperty(Name = "access")]
    public string? Access { get; set; }

    [BindProperty(Name = "note")]
    public string? Note { get; set; }

    /// <summary>A field that people do not see; what fills it in is a program. No browser takes the name for one it could fill in itself.</summary>
    [BindProperty(Name = "subject")]
    public string? Subject { get; set; }

    /// <summary>The key of this rendering of the form.</summary>
    [BindProperty(Name = "form-key")]
    public string? Key { get; set; }

    /// <summary>The article the patient came from, so that the page can name it again.</summary>
    [BindProperty(Name = "from")]
    public string? From { get; set; }

    /// <summary>The five digits of a ZIP code, also of ZIP+4.</summary>
    public string ZipDigits => PlusFour().Match(Zip?.Trim() ?? "") is { Success: true } match ? match.Groups[1].Value : Zip?.Trim() ?? "";

    /// <summary>What was wished, without "any time" and without repeats.</summary>
    public IReadOnlyList<string> ChosenWishes => [.. Wishes.OfType<string>().Where(wish => wish is not ("" or PreferredTime.Any)).Distinct()];

    [GeneratedRegex(@"^(\d{5})(?:-?\d{4})?$")]
    private static partial Regex PlusFour();
}
