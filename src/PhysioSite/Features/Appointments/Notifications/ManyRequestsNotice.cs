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
            "So many requests are arriving that you will not get an email for each one. All of them are stored. Please process them "
                + "on the staff desk.",
        ],
        [],
        new("Open the requests on the staff desk", QueueLink),
        ["Each patient saw on the receipt by when you will answer, but got no email."]);
}
