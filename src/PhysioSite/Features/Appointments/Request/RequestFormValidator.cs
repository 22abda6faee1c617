using System.Linq.Expressions;
using FluentValidation;
using PhysioSite.Content.Model;
using PhysioSite.Features.Clinics;
using PhysioSite.Text;
using static PhysioSite.Localization.Texts;

namespace PhysioSite.Features.Appointments.Request;

/// <summary>
/// Validates the request form. Each message tells the patient what to do and is shown at its field. The property name is the id of the
/// field. The rules are built once and shared by all HTTP requests; messages are lambdas because they depend on the reader's language.
/// </summary>
public sealed class RequestFormValidator : AbstractValidator<RequestAnswers>
{
    public const int LongestName = 100;
    public const int LongestAccess = 200;
    public const int LongestNote = 300;

    public RequestFormValidator()
    {
        RuleLevelCascadeMode = CascadeMode.Stop;

        Field("zip", answers => answers.ZipDigits)
            .NotEmpty().WithMessage(_ => Localize($"Enter your ZIP code, like 53703, or choose a clinic by name"))
            .Must(ZipCodes.IsFiveDigits)
                .WithMessage(_ => Localize($"Enter a ZIP code of five digits, like 53703"))
            .Must((answers, _) => answers.Zip is not null).WithMessage(UnknownZip)
            .Must((answers, _) => !answers.IsFarFromEveryClinic).WithMessage(TooFar)
            .Must((answers, _) => answers.Assignment is not null).WithMessage(_ => NoVideoVisits())
            .When(answers => string.IsNullOrEmpty(answers.Form.Clinic));

        Field("clinic", answers => answers.Clinic)
            .NotNull().WithMessage(_ => Localize($"Choose a clinic from the list"))
            .When(answers => !string.IsNullOrEmpty(answers.Form.Clinic));

        Field("visit", answers => answers.Form.Visit)
            .Must(visit => visit is "clinic" or "video").WithMessage(_ => Localize($"Choose a visit in the clinic or by video"))
            .Must((answers, _) => answers.Clinic is null || answers.Clinic.Takes(answers.Visit)).WithMessage(NotOffered)
            .Must((answers, _) => answers is not { Clinic: { } clinic, Zip: { } zip } || clinic.MayTreat(answers.Visit, zip.State))
                .WithMessage(NotLicensed);

        Field("area", answers => answers.Form.Area)
            .Must((answers, area) => area is RequestForm.AreaByPhone || answers.Content.Site.FindBodyArea(area) is not null)
                .WithMessage(_ => Localize($"Choose a body area, or “I’d rather say by phone”"));

        Field("wishes", answers => answers.PreferredTimes)
            .Must(times => times.Count <= PreferredTime.Most).WithMessage(_ => Localize($"Choose at most {PreferredTime.Most} times"))
            .Must((answers, times) => times.All(id => PreferredTime.Choices(answers.Content.Site).Any(choice => choice.Id == id)))
                .WithMessage(_ => Localize($"Choose times from the lists"));

        Field("name", answers => answers.Name)
            .NotEmpty().WithMessage(_ => Localize($"Enter your full name"))
            .MaximumLength(LongestName).WithMessage(_ => Localize($"Enter a name of {LongestName} characters or fewer"))
            .Must(UserText.IsReadable).WithMessage(_ =>
                Localize($"Type your full name again by hand: it has hidden or unreadable characters, perhaps from copying"))
            .Must(name => UserText.HasLetter(name!)).WithMessage(_ => Localize($"Enter your name using letters"));

        Field("contact", answers => answers.Form.Contact)
            .Must(contact => contact is "call" or "text" or "email").WithMessage(_ => Localize($"Choose how we should reach you"));

        Field("phone", answers => answers.PhoneText)
            .NotEmpty().When(answers => answers.Form.Contact is not "email", ApplyConditionTo.CurrentValidator)
                .WithMessage(_ => Localize($"Enter a phone number, like 608 555 0142, or choose email above"))
            .Must((answers, text) => text is null || answers.Phone is not null).WithMessage(WrongPhone);

        Field("email", answers => answers.Email)
            .NotEmpty().When(answers => answers.Form.Contact is "email", ApplyConditionTo.CurrentValidator)
                .WithMessage(_ => Localize($"Enter an email address, like name@example.com, or choose call or text above"))
            .Must(email => email is null || IsEmailAddress(email))
                .WithMessage(_ => Localize($"Enter an email address like name@example.com"));

        Field("for", answers => answers.Form.For)
            .Must(whom => whom is "me" or "someone").WithMessage(_ => Localize($"Choose who the appointment is for"));

        Field("seen-before", answers => answers.Form.SeenBefore)
            .Must(seen => seen is null or "" or "yes" or "no").WithMessage(_ => Localize($"Choose yes or no, or leave both empty"));

        Field("access", answers => answers.Access)
            .Must(access => access is null || access.Length <= LongestAccess).WithMessage((_, access) =>
                Localize($"Shorten your language or access needs to {LongestAccess} characters; they have {access?.Length}"))
            .Must(UserText.IsReadable).WithMessage(_ =>
                Localize(
                    $"Type your language or access needs again by hand: they have hidden or unreadable characters, perhaps from copying"));

        Field("note", answers => answers.Note)
            .Must(note => Length(note) <= LongestNote)
                .WithMessage((_, note) => Localize($"Shorten your note to {LongestNote} characters; it has {Length(note)}"))
            .Must(UserText.IsReadable).WithMessage(_ =>
                Localize($"Type your note again by hand: it has hidden or unreadable characters, perhaps from copying"));
    }

    private IRuleBuilder<RequestAnswers, T> Field<T>(string id, Expression<Func<RequestAnswers, T>> value) =>
        RuleFor(value).Configure(rule => rule.PropertyName = id);

    internal static string UnknownZip(RequestAnswers answers) =>
        Localize($"We do not know the ZIP code {answers.ZipDigits}. Check it, or choose a clinic by name from the list below");

    internal static string NoVideoVisits() => Localize($"We offer no video visits where you live. Choose a visit in the clinic");

    internal static string TooFar(RequestAnswers answers)
    {
        if (answers.Nearest is not { Nearest: { Miles: { } miles, Clinic.Name: var clinic }, Zip.Code: var zip })
        {
            return Localize($"Choose a clinic by name");
        }

        var far = ClinicClock.Miles(miles);
        return answers.Nearest.VirtualCare is { Name: var video }
            ? Localize(
                $"The nearest clinic to {zip} is {clinic}, {far} away. Choose a visit by video with {video}, or choose {clinic} by name")
            : Localize(
                $"No clinic is within {ClinicDirectory.FarMiles} miles of {zip}. The nearest is {clinic}, {far} away. Choose {clinic} by name");
    }

    private static string NotLicensed(RequestAnswers answers) => Localize(
        $"{answers.Clinic!.Name} cannot see people in {UsStates.Name(answers.Zip!.State)} by video. Choose a visit in the clinic, or call us");

    private static string NotOffered(RequestAnswers answers) => answers.Visit == VisitKind.Video
        ? Localize($"{answers.Clinic!.Name} does not offer video visits. Choose a visit in the clinic, or another clinic")
        : Localize($"{answers.Clinic!.Name} offers video visits only. Choose a visit by video, or another clinic");

    private static string WrongPhone(RequestAnswers answers)
    {
        var example = PhoneNumber.TryParseWithPlus(answers.PhoneText, out var phone) ? phone.Text : "+52 55 1234 5678";
        return answers.PhoneProblem switch
        {
            PhoneNumberProblem.Letters => Localize($"Enter the phone number in digits, without letters, like 608 555 0142"),
            PhoneNumberProblem.Extension =>
                Localize($"Enter an extension of up to {PhoneNumber.LongestExtension} digits after an x, like 608 555 0142 x12"),
            PhoneNumberProblem.MoreThanOne => Localize($"Enter one phone number only, like 608 555 0142. Write anything else in the note"),
            PhoneNumberProblem.CountryCode => Localize($"Check the country code and the number after it, like +52 55 1234 5678"),
            PhoneNumberProblem.OtherCountry =>
                Localize($"Enter a US number of 10 digits, or put + and the country code first, like {example}"),
            _ => Localize($"Enter a phone number with its area code, like 608 555 0142"),
        };
    }

    /// <summary>Approximate number of characters as seen by the user: counts Unicode code points, not UTF-16 code units.</summary>
    private static int Length(string? text) => text?.EnumerateRunes().Count() ?? 0;

    /// <summary>An address that every mail server accepts, which is stricter than the rule for all addresses.</summary>
    private static bool IsEmailAddress(string text) =>
        text.All(char.IsAscii)
        && EmailAddress.IsValid(text)
        && text.Split('@') is [var user, var domain]
        && !user.StartsWith('.') && !user.EndsWith('.') && !user.Contains("..", StringComparison.Ordinal)
        && domain.Split('.') is { Length: >= 2 } labels
        && labels.All(IsHostLabel);

    private static bool IsHostLabel(string label) =>
        label.Length is > 0 and <= 63
        && label[0] != '-'
        && label[^1] != '-'
        && label.All(c => char.IsAsciiLetterOrDigit(c) || c == '-');
}
