using System.Globalization;
using System.Linq.Expressions;
using FluentValidation;
using Microsoft.AspNetCore.Mvc.ModelBinding;
using PhysioSite.Content.Model;
using PhysioSite.Features.Appointments;
using PhysioSite.Features.Appointments.History;
using PhysioSite.Features.Staff.Requests.Workflow;
using PhysioSite.Text;

namespace PhysioSite.Features.Staff.Requests;

/// <summary>Input of staff on a request. Each button of the page has its own rule set in addition to the note rules.</summary>
public sealed class RequestChangeForm
{
    /// <summary>Version of the request that the page showed. Required: otherwise staff could change a version they have not seen.</summary>
    [BindRequired]
    public int Version { get; set; }

    public string? Note { get; set; }

    /// <summary>In the clinic's local time, in the format of a datetime-local field.</summary>
    public string? Agreed { get; set; }

    /// <summary>Confirms an agreed time that has passed, or at which the clinic is closed: the same value.</summary>
    public string? Anyway { get; set; }

    public string? Outcome { get; set; }

    /// <summary>How a call ended. Empty means that nobody answered.</summary>
    public string? Result { get; set; }

    /// <summary>When to call again. Empty means the next open day.</summary>
    public string? NextTry { get; set; }

    /// <summary>The clinic that takes the request over.</summary>
    public string? To { get; set; }

    public string? Phone { get; set; }

    public string? Email { get; set; }

    /// <summary>What undoes an action (<see cref="UndoTokens"/>).</summary>
    public string? Undo { get; set; }

    /// <summary>After the change, <c>next</c> opens the next request, and <c>list</c> the list.</summary>
    public string? Then { get; set; }

    /// <summary>The reason why the request must not be erased.</summary>
    public string? Reason { get; set; }

    /// <summary>Confirmation for erasure, which cannot be undone.</summary>
    public bool Sure { get; set; }

    /// <summary>
    /// The clinic of the request, whose time zone applies to <see cref="Agreed"/>. Null when it is no longer in the content; UTC is used
    /// then.
    /// </summary>
    [BindNever]
    public Clinic? Clinic { get; set; }

    /// <summary>The chosen clinic of <see cref="To"/>. Null when it is the clinic of the request or unknown.</summary>
    [BindNever]
    public Clinic? Target { get; set; }

    /// <summary>The time that is agreed already.</summary>
    [BindNever]
    public DateTime? CurrentUtc { get; set; }

    internal string? NoteText => UserText.Lines(Note);

    internal string? ReasonText => UserText.OneLine(Reason);

    internal RequestOutcome? ChosenOutcome =>
        Enum.TryParse<RequestOutcome>(Outcome, out var outcome) && Enum.IsDefined(outcome) && outcome != RequestOutcome.Unconfirmed
            ? outcome
            : null;

    internal CallResult? CallResult => Chosen<CallResult>(Result);

    internal NextTry? ChosenTry => Chosen<NextTry>(NextTry);

    internal PhoneNumber? ParsedPhone => PhoneNumber.TryParse(UserText.OneLine(Phone), out var phone, out _) ? phone : null;

    internal string? EmailText => UserText.OneLine(Email);

    internal bool IsConfirmed => Anyway is not null && Anyway == Agreed;

    /// <summary>Whether the agreed time is outside of the opening hours.</summary>
    internal bool IsClosedThen =>
        Clinic is { } clinic && AgreedUtc is { } agreed && agreed.Year is not (1 or 9999)
        && clinic.TimeZone.ToLocal(agreed) is var local && TimeOnly.FromDateTime(local) is var time
        && !clinic.Hours.On(DateOnly.FromDateTime(local)).Any(span => span.From <= time && time < span.To);

    /// <summary>Null when <see cref="Agreed"/> is not a valid date and time.</summary>
    internal DateTime? AgreedUtc =>
        !DateTime.TryParseExact(Agreed, "yyyy-MM-dd'T'HH:mm", CultureInfo.InvariantCulture, DateTimeStyles.None, out var local) ? null
        // In the first and last supported year, conversion from another time zone could overflow.
        : local.Year is 1 or 9999 ? local
        : Clinic?.TimeZone.ToUtc(local) ?? DateTime.SpecifyKind(local, DateTimeKind.Utc);

    /// <summary>The first value when nothing was chosen.</summary>
    private static T? Chosen<T>(string? text)
        where T : struct, Enum =>
        string.IsNullOrEmpty(text) ? default(T) : Enum.TryParse<T>(text, out var value) && Enum.IsDefined(value) ? value : null;
}

internal sealed class RequestChangeFormValidator : AbstractValidator<RequestChangeForm>
{
    /// <summary>Rule set names.</summary>
    public const string Schedule = "Schedule";
    public const string Close = "Close";
    public const string AddNote = "Note";
    public const string Reason = "Reason";
    public const string Call = "Call";
    public const string Contact = "Contact";
    public const string Transfer = "Transfer";
    public const string Hold = "Hold";
    public const string Erase = "Erase";

    private const string CheckTime =
        "Check the time, or check the box below to record that the patient was seen then. The patient gets no email about it";

    private const int LongestNote = 1000;
    private const int LongestReason = 200;

    public RequestChangeFormValidator(TimeProvider time)
    {
        RuleLevelCascadeMode = CascadeMode.Stop;

        Field(nameof(RequestChangeForm.Note), form => form.NoteText)
            .Must(note => note is null || note.Length <= LongestNote)
                .WithMessage(form => $"Shorten the note to {LongestNote} characters; it has {form.NoteText?.Length}")
            .Must(UserText.IsReadable)
                .WithMessage("Type the note again by hand: it has hidden or unreadable characters, perhaps from copying");

        RuleSet(Schedule, () => Field(nameof(RequestChangeForm.Agreed), form => form.AgreedUtc)
            .NotNull().WithMessage("Enter the agreed day and time")
            .Must(agreed => time.GetUtcNow().UtcDateTime is var now && agreed >= now.AddYears(-1) && agreed <= now.AddYears(1))
                .WithMessage("Enter a time at most twelve months from today")
            .Must((form, agreed) => agreed != form.CurrentUtc)
                .WithMessage("This is the agreed time already")
            .Must((form, agreed) => form.IsConfirmed || agreed > time.GetUtcNow().UtcDateTime)
                .WithMessage(form => form.IsClosedThen
                    ? $"This time has passed, and {form.Clinic!.Name} was closed then. {CheckTime}"
                    : $"This time has passed. {CheckTime}")
            .Must((form, _) => form.IsConfirmed || !form.IsClosedThen)
                .WithMessage(form => $"{form.Clinic!.Name} is closed then. Check the time, or check the box below to schedule it anyway"));

        RuleSet(Close, () => Field(nameof(RequestChangeForm.Outcome), form => form.ChosenOutcome)
            .NotNull().WithMessage("Choose an outcome"));

        RuleSet(AddNote, () => Field(nameof(RequestChangeForm.Note), form => form.NoteText)
            .NotNull().WithMessage("Write a note"));

        RuleSet(Reason, () => Field(nameof(RequestChangeForm.Note), form => form.NoteText)
            .NotNull().WithMessage("Write the reason"));

        RuleSet(Call, () =>
        {
            Field(nameof(RequestChangeForm.Result), form => form.CallResult).NotNull().WithMessage("Choose how the call ended");
            Field(nameof(RequestChangeForm.NextTry), form => form.ChosenTry).NotNull().WithMessage("Choose when to call again");
        });

        RuleSet(Contact, () =>
        {
            Field(nameof(RequestChangeForm.Phone), form => form.ParsedPhone)
                .Must((form, phone) => phone is not null || UserText.OneLine(form.Phone) is null)
                    .WithMessage("Enter a phone number, like 608 555 0142")
                .Must((form, phone) => phone is not null || form.EmailText is not null)
                    .WithMessage("Enter a phone number or an email address");
            Field(nameof(RequestChangeForm.Email), form => form.EmailText)
                .Must(email => email is null || EmailAddress.IsValid(email))
                    .WithMessage("Enter an email address, like name@example.com");
        });

        RuleSet(Transfer, () =>
        {
            Field(nameof(RequestChangeForm.To), form => form.Target)
                .NotNull().WithMessage("Choose another clinic");
            Field(nameof(RequestChangeForm.Note), form => form.NoteText)
                .NotNull().WithMessage("Write the reason");
        });

        RuleSet(Hold, () => Field(nameof(RequestChangeForm.Reason), form => form.ReasonText)
            .Must(reason => reason is { Length: <= LongestReason })
                .WithMessage($"Write the reason to keep it, in at most {LongestReason} characters")
            .Must(UserText.IsReadable)
                .WithMessage("Type the reason again by hand: it has hidden or unreadable characters, perhaps from copying"));

        RuleSet(Erase, () => RuleFor(form => form.Sure).Equal(true)
            .WithMessage("Check the box to erase what the patient told us permanently"));
    }

    /// <summary>Adds a rule for a parsed value and reports its errors under the name of the input field.</summary>
    private IRuleBuilder<RequestChangeForm, T> Field<T>(string name, Expression<Func<RequestChangeForm, T>> value) =>
        RuleFor(value).Configure(rule => rule.PropertyName = name);
}
