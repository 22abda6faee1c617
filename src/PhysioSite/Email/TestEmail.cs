namespace PhysioSite.Email;

/// <summary>An email that a person sends to see whether email arrives.</summary>
public sealed record TestEmail(DateTime SentUtc) : IEmailTemplate
{
    public EmailText Write() => new(
        "Test of the website's email",
        ["This email was sent by hand to see whether the website's email arrives. There is nothing to do."],
        [new EmailFact("Sent", $"{SentUtc:yyyy-MM-dd HH:mm:ss} UTC")],
        null,
        []);
}
