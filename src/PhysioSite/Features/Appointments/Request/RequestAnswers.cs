using System.Globalization;
using PhysioSite.Content.Model;
using PhysioSite.Features.Appointments.Assignment;
using PhysioSite.Features.Clinics;
using PhysioSite.Text;

namespace PhysioSite.Features.Appointments.Request;

/// <summary>
/// The meaning of the answers in a request form. Each answer is parsed once: the validator checks the parsed values, and the service
/// stores them. A value that cannot be parsed is null.
/// </summary>
public sealed class RequestAnswers
{
    private readonly ClinicDirectory _directory;
    private readonly Lazy<NearestClinic?> _nearest;

    public RequestAnswers(RequestForm form, SiteContent content, ClinicDirectory directory)
    {
        (Form, Content, _directory) = (form, content, directory);
        ZipDigits = ZipCodes.FiveDigits(form.Zip);
        Zip = directory.FindZip(ZipDigits);
        Clinic = content.FindClinic(form.Clinic);
        Visit = form.Visit == "video" ? VisitKind.Video : VisitKind.Clinic;
        PreferredTimes = [.. form.PreferredTimes.OfType<string>().Where(id => id is not ("" or PreferredTime.Any)).Distinct()];
        Name = UserText.OneLine(form.Name);
        PhoneText = UserText.OneLine(form.Phone);
        Phone = PhoneNumber.TryParse(PhoneText, out var phone, out var problem) ? phone : null;
        PhoneProblem = problem;
        Email = UserText.OneLine(form.Email);
        Access = UserText.OneLine(form.Access);
        Note = UserText.Lines(form.Note);
        Therapist = content.FindTherapist(form.Therapist);
        _nearest = new(() => Zip is null ? null : _directory.Nearest(Zip, Visit));
    }

    /// <summary>The answers as entered.</summary>
    public RequestForm Form { get; }

    /// <summary>The content in the language of the form.</summary>
    public SiteContent Content { get; }

    /// <summary>The first five digits of a ZIP code or ZIP+4 code, or else the text as entered.</summary>
    public string ZipDigits { get; }

    /// <summary>Null when the ZIP code is unknown.</summary>
    public ZipCode? Zip { get; }

    /// <summary>The clinic chosen by name.</summary>
    public Clinic? Clinic { get; }

    public VisitKind Visit { get; }

    /// <summary>Ids of the selected times, without "any time" and without duplicates.</summary>
    public IReadOnlyList<string> PreferredTimes { get; }

    public string? Name { get; }

    public string? PhoneText { get; }

    public PhoneNumber? Phone { get; }

    public PhoneNumberProblem PhoneProblem { get; }

    public string? Email { get; }

    public string? Access { get; }

    public string? Note { get; }

    /// <summary>The therapist whom the patient would like to see. An unknown one is ignored.</summary>
    public Therapist? Therapist { get; }

    /// <summary>The clinic nearest to the ZIP code. Searched on first use, because a clinic chosen by name needs no search.</summary>
    public NearestClinic? Nearest => _nearest.Value;

    /// <summary>Null when the form has neither a clinic nor a known ZIP code, or no clinic offers the requested kind of visit.</summary>
    public ClinicAssignment? Assignment =>
        Clinic is not null ? ClinicAssignment.ToChosen(Clinic, Zip)
        : Nearest is not null ? ClinicAssignment.ToNearest(Nearest, Visit)
        : null;

    /// <summary>Whether the nearest clinic is so far away that the patient must choose between it and virtual care.</summary>
    public bool IsFarFromEveryClinic => Nearest is not null && ClinicAssignment.NeedsConfirmation(Nearest, Visit);

    /// <summary>The request to store. Only for answers without validation errors.</summary>
    public NewRequest ToRequest() => new(
        Assignment!,
        Visit,
        new PatientDetails(
            Name!,
            Enum.Parse<ContactWay>(CultureInfo.InvariantCulture.TextInfo.ToTitleCase(Form.Contact!)),
            Phone?.Stored,
            Email,
            Form.MessageOk == "yes",
            Form.For == "someone",
            Form.SeenBefore switch { "yes" => true, "no" => false, _ => null },
            Access,
            Note,
            Form.Area == RequestForm.AreaByPhone ? null : Form.Area,
            PreferredTimes,
            Content.Language.Code,
            Therapist?.Slug,
            CameFrom: Content.FindArticle(Form.From)?.Slug),
        IsHoneypotFilled: !string.IsNullOrEmpty(Form.Subject));
}
