using System.Globalization;
using System.Linq.Expressions;
using FluentValidation;
using Microsoft.AspNetCore.Mvc.ModelBinding;
using PhysioSite.Content;
using PhysioSite.Features.Appointments;
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

    public string? Outcome { get; set; }

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

    internal string? NoteText => UserText.Lines(Note);

    internal string? ReasonText => UserText.OneLine(Reason);

    internal RequestOutcome? ChosenOutcome =>
        Enum.TryParse<RequestOutcome>(Outcome, out var outcome) && Enum.IsDefined(outcome) ? outcome : null;

    /// <summary>Null when <see cref="Agreed"/> is not a valid date and time.</summary>
    internal DateTime? AgreedUtc =>
        !DateTime.TryParseExact(Agreed, "yyyy-MM-dd'T'HH:mm", CultureInfo.InvariantCulture, DateTimeStyles.None, out var local) ? null
        // In the first and last supported year, conversion from another time zone could overflow.
        : local.Year is 1 or 9999 ? local
        : Clinic?.TimeZone.ToUtc(local) ?? DateTime.SpecifyKind(local, DateTimeKind.Utc);
}

internal sealed class RequestChangeFormValidator : AbstractValidator<RequestChangeForm>
{
    /// <summary>Rule set names.</summary>
    public const string Schedule = "Schedule";
    public const string Close = "Close";
    public const string AddNote = "Note";
    public const string Hold = "Hold";
    public const string Erase = "Erase";

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
            .Must(agreed => time.GetUtcNow().UtcDateTime is var now && agreed >= now && agreed <= now.AddYears(1))
                .WithMessage("Enter a time in the next twelve months"));

        RuleSet(Close, () => Field(nameof(RequestChangeForm.Outcome), form => form.ChosenOutcome)
            .NotNull().WithMessage("Choose an outcome"));

        RuleSet(AddNote, () => Field(nameof(RequestChangeForm.Note), form => form.NoteText)
            .NotNull().WithMessage("Write a note"));

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
