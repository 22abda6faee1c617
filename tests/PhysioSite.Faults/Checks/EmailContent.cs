using System.Text.RegularExpressions;

namespace PhysioSite.Faults.Checks;

/// <summary>What an email about a request must say, and what it must not say.</summary>
internal static class EmailContent
{
    public const string ToTheClinic = "To the clinic";
    public const string ToThePatient = "To the patient";

    private static readonly Dictionary<string, string> Times = new()
    {
        ["monday-morning"] = "Monday morning, 7 am to 11 am",
        ["thursday-evening"] = "Thursday evening, 5 pm to 7 pm",
    };

    /// <summary>The names of the body areas that the patients of this program choose.</summary>
    private static readonly Dictionary<string, string> Areas = new()
    {
        ["ankle"] = "Ankle",
        ["shin"] = "Shin",
        ["knee"] = "Knee",
        ["hip"] = "Hip or groin",
    };

    /// <param name="kind">The kind of email as the site stores it.</param>
    /// <param name="told">The acknowledgement of the request that the email is about. Null when it is about none.</param>
    public static IEnumerable<string> Problems(string kind, EmailParts mail, Acknowledgement? told, Uri publicOrigin) => (kind, told) switch
    {
        (ToTheClinic, { } about) => OfClinicEmail(mail, about, publicOrigin),
        (ToThePatient, { } about) => OfConfirmation(mail, about, publicOrigin),
        (ToTheClinic or ToThePatient, null) => ["an email about a request that nobody was told of"],
        _ => OfStaffEmail(mail),
    };

    private static IEnumerable<string> OfClinicEmail(EmailParts mail, Acknowledgement told, Uri publicOrigin)
    {
        var (patient, details) = (told.Patient, told.Patient.Details);
        if (mail.To != SampleContent.Inbox(patient.Clinic))
        {
            yield return "an email to the clinic goes to another address";
        }

        if (!mail.Subject.Contains(told.Reference, StringComparison.Ordinal)
            || !mail.Subject.Contains(SampleContent.Name(patient.Clinic), StringComparison.Ordinal)
            || Patient.Traces(mail.Subject).Any())
        {
            yield return "the subject of an email to the clinic is wrong";
        }

        string[] expected =
        [
            told.Reference,
            details.Name,
            (details.Contact switch { 0 => "Call ", 1 => "Text ", _ => $"Email {details.Email}, or call " }) + patient.PhoneText,
            .. details.Wishes.Select(wish => Times[wish]),
            // The receipt is in the patient's language, the email in English.
            .. patient.IsEnglish ? [told.Due] : Array.Empty<string>(),
        ];
        var allowed = details.Contact == 2 ? new[] { patient.Mark, details.Email! } : [patient.Mark];
        foreach (var problem in OfBodies(mail, "the clinic", expected, $"/staff/requests/{told.Reference}", publicOrigin, allowed, patient))
        {
            yield return problem;
        }
    }

    private static IEnumerable<string> OfConfirmation(EmailParts mail, Acknowledgement told, Uri publicOrigin)
    {
        var patient = told.Patient;
        if (mail.To != patient.Details.Email)
        {
            yield return "a confirmation goes to an address that the patient did not type";
        }

        if (!mail.Subject.Contains(told.Reference, StringComparison.Ordinal) || Patient.Traces(mail.Subject).Any())
        {
            yield return "the subject of a confirmation is wrong";
        }

        string[] expected = [told.Reference, SampleContent.Phone(patient.Clinic), told.Due];
        foreach (var problem in OfBodies(mail, "the patient", expected, told.PrivatePath, publicOrigin, [], patient))
        {
            yield return problem;
        }
    }

    private static IEnumerable<string> OfStaffEmail(EmailParts mail)
    {
        if (!SampleContent.StaffInboxes.Contains(mail.To))
        {
            yield return "an email to staff goes to an address that is not theirs";
        }

        if (mail.Bodies.Select(body => body.Words).Append(mail.Subject).SelectMany(Patient.Traces).Any())
        {
            yield return "an email to staff that must name no patient names one";
        }
    }

    private static IEnumerable<string> OfBodies(
        EmailParts mail, string to, string[] expected, string path, Uri publicOrigin, string[] allowed, Patient patient)
    {
        var details = patient.Details;
        foreach (var (words, links) in mail.Bodies)
        {
            if (expected.Any(part => !words.Contains(part, StringComparison.Ordinal)))
            {
                yield return $"an email to {to} lacks something it must say";
            }

            if (links.Length != 1 || links[0] != new Uri(publicOrigin, path).AbsoluteUri)
            {
                yield return $"an email to {to} has another link";
            }

            if (Patient.Traces(words).Except(allowed).Any())
            {
                yield return $"an email to {to} names another patient, or what must not be in it";
            }

            if (new[] { details.Note, details.Access }.OfType<string>().Any(part => words.Contains(part, StringComparison.Ordinal))
                || (details.Area is { } area && Regex.IsMatch(words, $@"\b{Areas[area]}\b")))
            {
                yield return $"an email to {to} has the body area, the note or the access needs in it";
            }
        }
    }
}
