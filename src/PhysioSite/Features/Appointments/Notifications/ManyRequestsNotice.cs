using PhysioSite.Email;

namespace PhysioSite.Features.Appointments.Notifications;

/// <summary>
/// The email to a clinic when so many requests arrive that they get no email each. It has no property for data provided by patients.
/// </summary>
public sealed record ManyRequestsNotice(string ClinicName, Uri QueueLink) : IEmailTemplate
{
    public EmailText Write() => new(
        $"{ClinicName}: many requests at once",
        [
            "So many requests arrive at the moment that you do not get an email for each of them. All of them are stored. Please work them "
                + "from the staff desk.",
        ],
        [],
        new("Open the requests on the staff desk", QueueLink),
        ["Each patient has a receipt with the time of your answer, but no email."]);
}
