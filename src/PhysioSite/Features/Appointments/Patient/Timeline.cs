using PhysioSite.Features.Appointments.History;

using static PhysioSite.Localization.Texts;

namespace PhysioSite.Features.Appointments.Patient;

/// <param name="When">The day and time on the clock of the clinic. Null for a step that has no time yet.</param>
public sealed record TimelineStep(string Text, string? When);

/// <summary>
/// The history of a request as its patient sees it, oldest first, and what comes next: without notes, without what staff do among
/// themselves, and without a word about spam. Of staff it names the first name.
/// </summary>
public static class Timeline
{
    /// <summary>What has happened.</summary>
    /// <param name="request">With its history.</param>
    public static IEnumerable<TimelineStep> Of(AppointmentRequest request, RequestClinic clinic, DateTime now) =>
        from happened in request.History.OrderBy(happened => happened.AtUtc).ThenBy(happened => happened.Id)
        where !happened.IsUndone
        let text = Text(happened, clinic, now)
        where text is not null
        select new TimelineStep(text, clinic.DayAndTime(happened.AtUtc, now));

    /// <summary>What comes next. Empty for a request that is settled.</summary>
    /// <param name="contact">Null when it cannot be decrypted.</param>
    public static IReadOnlyList<TimelineStep> Ahead(AppointmentRequest request, ContactWay? contact, RequestClinic clinic, DateTime now)
    {
        if (request.HasAppointmentAhead(now))
        {
            return [new(Localize($"Your appointment"), clinic.DayAndTime(request.AgreedUtc!.Value, now))];
        }

        return !request.IsWaiting && !request.IsHeld ? []
        : [
            new(
                (contact, request.State) switch
                {
                    (_, RequestState.NoAnswer) => Localize($"We try to reach you again"),
                    (ContactWay.Call, _) => Localize($"We call you"),
                    (ContactWay.Text, _) => Localize($"We text you"),
                    (ContactWay.Email, _) => Localize($"We email you"),
                    _ => Localize($"We contact you"),
                },
                request.DueUtc <= now
                    ? Localize($"As soon as we can: we are late")
                    : Localize($"By {clinic.DayAndTime(request.DueUtc, now)}")),
            new(Localize($"We agree on a time together"), null),
        ];
    }

    private static string? Text(RequestEvent happened, RequestClinic clinic, DateTime now) => happened.Kind switch
    {
        RequestEventKind.Received => Localize($"We received your request"),
        RequestEventKind.Claimed => Localize($"{FirstName(happened)} is taking care of it"),
        RequestEventKind.NoAnswer when happened.Result == CallResult.LeftMessage => Localize($"We called you and left a message"),
        RequestEventKind.NoAnswer => Localize($"We tried to reach you"),
        RequestEventKind.Called => Localize($"We talked with you"),
        RequestEventKind.Scheduled when happened.TimeUtc is { } time => Localize($"We agreed on a time: {clinic.DayAndTime(time, now)}"),
        RequestEventKind.Scheduled => Localize($"We agreed on a time"),
        RequestEventKind.Unscheduled => Localize($"The agreed time no longer holds"),
        RequestEventKind.Transferred => Localize($"Another clinic took over your request"),
        RequestEventKind.TimesChanged => Localize($"You changed your times"),
        RequestEventKind.NotCalled => Localize($"You told us that nobody called"),
        RequestEventKind.Reminded => Localize($"We sent you a reminder"),
        RequestEventKind.Withdrawn => Localize($"You canceled your request"),
        RequestEventKind.Reopened => Localize($"We opened your request again"),
        RequestEventKind.Closed => Localize($"We closed your request"),
        _ => null,
    };

    private static string FirstName(RequestEvent happened) =>
        happened.By?.Split(' ', 2, StringSplitOptions.RemoveEmptyEntries).FirstOrDefault() ?? Localize($"The clinic");
}
