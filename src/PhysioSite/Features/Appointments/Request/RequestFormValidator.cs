using System.Linq.Expressions;
using System.Net.Mail;
using FluentValidation;
using PhysioSite.Content;
using PhysioSite.Features.Appointments.Assignment;
using PhysioSite.Features.Clinics;
using PhysioSite.Text;
using static PhysioSite.Localization.Texts;

namespace PhysioSite.Features.Appointments.Request;

/// <summary>
/// Validates the request form. Each message tells the patient what to do and is shown at its field. The property name is the id of the
/// field.
/// </summary>
public sealed class RequestFormValidator : AbstractValidator<RequestForm>
{
    public const int LongestName = 100;
    public const int LongestAccess = 200;
    public const int LongestNote = 300;

    /// <summary>
    /// The rules are built once and shared by all HTTP requests, so content and language are looked up during validation.
    /// </summary>
    public RequestFormValidator(ContentLibrary library, ClinicDirectory directory)
    {
        RuleLevelCascadeMode = CascadeMode.Stop;

        Field("zip", form => form.Zip)
            .NotEmpty().WithMessage(_ => Localize($"Enter your ZIP code, like 53703, or choose a clinic by name"))
            .Must((form, _) => form.ZipDigits is { Length: 5 } zip && zip.All(char.IsAsciiDigit))
                .WithMessage(_ => Localize($"Enter a ZIP code of five digits, like 53703"))
            .Must((form, _) => directory.FindZip(form.ZipDigits) is not null)
                .WithMessage(form => Localize($"We do not know the ZIP code {form.ZipDigits}. Check it, or choose a clinic by name from the list below"))
            .Must((form, _) => ClinicAssigner.OfferInstead(form, directory) is null).WithMessage(form => TooFar(form, directory))
            .Must((form, _) => ClinicAssigner.Route(form, library.Current, directory) is not null)
                .WithMessage(_ => Localize($"We offer no video visits where you live. Choose a visit in the clinic"))
            .When(form => string.IsNullOrEmpty(form.Clinic));

        Field("clinic", form => form.Clinic)
            .Must(slug => library.Current.FindClinic(slug) is not null).WithMessage(_ => Localize($"Choose a clinic from the list"))
            .When(form => !string.IsNullOrEmpty(form.Clinic));

        Field("visit", form => form.Visit)
            .Must(visit => visit is "clinic" or "video").WithMessage(_ => Localize($"Choose a visit in the clinic or by video"))
            .Must((form, visit) => library.Current.FindClinic(form.Clinic) is not { } clinic || clinic.Takes(ClinicAssigner.Kind(visit)))
                .WithMessage(form => NotOffered(library.Current.FindClinic(form.Clinic)!, form.Visit));

        Field("area", form => form.Area)
            .Must(area => area is RequestForm.AreaByPhone || library.Current.Site.FindBodyArea(area) is not null)
                .WithMessage(_ => Localize($"Choose a body area, or “I’d rather say by phone”"));

        Field("wishes", form => form.ChosenWishes)
            .Must(wishes => wishes.Count <= PreferredTime.Most).WithMessage(_ => Localize($"Choose at most {PreferredTime.Most} times"))
            .Must(wishes => wishes.All(wish => PreferredTime.Choices(library.Current.Site).Any(choice => choice.Id == wish)))
                .WithMessage(_ => Localize($"Choose times from the lists"));

        Field("name", form => UserText.OneLine(form.Name))
            .NotEmpty().WithMessage(_ => Localize($"Enter your full name"))
            .MaximumLength(LongestName).WithMessage(_ => Localize($"Enter a name of {LongestName} characters or fewer"))
            .Must(UserText.IsReadable)
                .WithMessage(_ => Localize($"Type your full name again by hand: it has hidden or unreadable characters, perhaps from copying"))
            .Must(name => UserText.HasLetter(name!)).WithMessage(_ => Localize($"Enter your full name in letters"));

        Field("contact", form => form.Contact)
            .Must(contact => contact is "call" or "text" or "email").WithMessage(_ => Localize($"Choose how we should reach you"));

        Field("phone", form => UserText.OneLine(form.Phone))
            .NotEmpty().When(form => form.Contact is not "email", ApplyConditionTo.CurrentValidator)
                .WithMessage(_ => Localize($"Enter a phone number, like 608 555 0142, or choose email above"))
            .Must(phone => phone is null || PhoneNumber.TryParse(phone, out _)).WithMessage(form => WrongPhone(form.Phone));

        Field("email", form => UserText.OneLine(form.Email))
            .NotEmpty().When(form => form.Contact is "email", ApplyConditionTo.CurrentValidator)
                .WithMessage(_ => Localize($"Enter an email address, like name@example.com, or choose call or text above"))
            .Must(email => email is null || IsMailAddress(email)).WithMessage(_ => Localize($"Enter an email address like name@example.com"));

        Field("for", form => form.For)
            .Must(whom => whom is "me" or "someone").WithMessage(_ => Localize($"Choose who the appointment is for"));

        Field("seen-before", form => form.SeenBefore)
            .Must(seen => seen is null or "" or "yes" or "no").WithMessage(_ => Localize($"Choose yes or no, or leave both empty"));

        Field("access", form => UserText.OneLine(form.Access))
            .Must(access => access is null || access.Length <= LongestAccess)
                .WithMessage(form => Localize($"Shorten your language or access needs to {LongestAccess} characters; they have {UserText.OneLine(form.Access)?.Length}"))
            .Must(UserText.IsReadable)
                .WithMessage(_ => Localize($"Type your language or access needs again by hand: they have hidden or unreadable characters, perhaps from copying"));

        Field("note", form => UserText.Lines(form.Note))
            .Must(note => Length(note) <= LongestNote)
                .WithMessage(form => Localize($"Shorten your note to {LongestNote} characters; it has {Length(UserText.Lines(form.Note))}"))
            .Must(UserText.IsReadable)
                .WithMessage(_ => Localize($"Type your note again by hand: it has hidden or unreadable characters, perhaps from copying"));
    }

    private IRuleBuilder<RequestForm, T> Field<T>(string id, Expression<Func<RequestForm, T>> value) =>
        RuleFor(value).Configure(rule => rule.PropertyName = id);

    private static string NotOffered(Clinic clinic, string? visit) => visit == "video"
        ? Localize($"{clinic.Name} does not offer video visits. Choose a visit in the clinic, or another clinic")
        : Localize($"{clinic.Name} offers video visits only. Choose a visit by video, or another clinic");

    internal static string TooFar(RequestForm form, ClinicDirectory directory) =>
        ClinicAssigner.OfferInstead(form, directory) is { Nearest: { Miles: { } miles } nearest } offer
            ? Localize($"The nearest clinic to {offer.Zip.Code} is {nearest.Clinic.Name}, {ClinicClock.Miles(miles)} away. Choose a visit by video with {offer.VirtualCare!.Name}, or choose {nearest.Clinic.Name} by name")
            : Localize($"Choose a clinic by name");

    private static string WrongPhone(string? typed)
    {
        _ = PhoneNumber.TryParse(typed, out _, out var problem);
        var example = PhoneNumber.TryParseWithPlus(typed, out var phone) ? phone.Text : "+52 55 1234 5678";
        return problem switch
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

    private static bool IsMailAddress(string text) =>
        text.Length <= 254
        && text.All(char.IsAscii)
        && !text.Any(c => char.IsWhiteSpace(c) || "\"(),:;<>[\\]".Contains(c))
        && MailAddress.TryCreate(text, out var address)
        && address.Address == text
        && address.User.Length <= 64
        && address.Host.Split('.') is { Length: >= 2 } labels
        && labels.All(label => label.Length is > 0 and <= 63 && label[0] != '-' && label[^1] != '-' && label.All(c => char.IsAsciiLetterOrDigit(c) || c == '-'));
}
