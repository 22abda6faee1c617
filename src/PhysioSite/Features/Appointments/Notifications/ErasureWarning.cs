using PhysioSite.Email;

namespace PhysioSite.Features.Appointments.Notifications;

/// <summary>
/// The email to the managers about open requests that nobody has touched for so long that they will be erased. It has no property for data
/// provided by patients.
/// </summary>
/// <param name="References">Each with the name of its clinic.</param>
/// <param name="IsLast">Whether the requests are erased next, without another email.</param>
public sealed record ErasureWarning(IReadOnlyList<(string Reference, string Clinic, Uri StaffLink)> References, bool IsLast, int Days)
    : IEmailTemplate
{
    private const int Most = 50;

    private string Count => References.Count == 1 ? "1 open request" : $"{References.Count} open requests";

    public EmailText Write() => new(
        $"{(IsLast ? "Last notice" : "Notice")}: {Count} will be erased",
        [
            "Nobody has done anything with these requests for a long time. Please have them answered or closed. "
                + (IsLast
                    ? $"What the patients told us is erased in {Days} days, with no further email."
                    : $"You will be told once more in {Days} days, and {Days} days later what the patients told us is erased."),
        ],
        [
            .. References.Take(Most).Select(row => new EmailFact(row.Reference, $"{row.Clinic}. {row.StaffLink.AbsoluteUri}")),
            .. References.Count > Most ? [new EmailFact("More", $"{References.Count - Most} on the staff desk")] : Array.Empty<EmailFact>(),
        ],
        null,
        ["A note or any other change on the staff desk keeps a request."]);
}
