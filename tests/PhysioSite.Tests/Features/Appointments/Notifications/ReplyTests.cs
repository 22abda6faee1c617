using PhysioSite.Tests.Email;
using PhysioSite.Tests.Features.Staff;

namespace PhysioSite.Tests.Features.Appointments.Notifications;

/// <summary>Who gets a reply to an email. An email whose replies nobody reads says so.</summary>
public sealed class ReplyTests(StaffSite site) : IClassFixture<StaffSite>
{
    private const string NotRead = "Replies to this email are not read. Please call";

    [Fact]
    public async Task Patient_RepliesToTheClinicAndTheClinicToThePatientWhoChoseEmail()
    {
        var receipt = await site.AskAsync(("contact", "email"), ("email", "ada@example.com"));

        var toClinic = await site.ReadMailAsync(receipt.Reference, "madison@cedarandstride.example");
        var toPatient = await site.ReadMailAsync(receipt.Reference, "ada@example.com");

        Assert.Equal("ada@example.com", toClinic.ReplyTo.ToString());
        Assert.Equal("madison@cedarandstride.example", toPatient.ReplyTo.ToString());
        Assert.All([toClinic, toPatient], mail => Assert.DoesNotContain(NotRead, mail.TextBody, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Clinic_WhosePatientDidNotChooseEmail_IsToldToCall()
    {
        var receipt = await site.AskAsync(("contact", "call"), ("email", "ada@example.com"));

        var mail = await site.ReadMailAsync(receipt.Reference, "madison@cedarandstride.example");

        Assert.Empty(mail.ReplyTo);
        Assert.Contains($"{NotRead} (608) 555-0142.", mail.TextBody, StringComparison.Ordinal);
    }

    [Fact]
    public async Task MinimalClinicEmail_HasNoAddressOfThePatient()
    {
        using var own = new Site { Settings = { ["Appointments:MinimalClinicMail"] = "true" } };
        using var browser = own.Open();
        var receipt = await browser.AskAsync(("contact", "email"), ("email", "ada@example.com"));

        var mail = await own.ReadMailAsync(receipt.Reference, "madison@cedarandstride.example");

        Assert.DoesNotContain("ada@", mail.ToString(), StringComparison.Ordinal);
        Assert.Contains($"{NotRead} (608) 555-0100.", mail.TextBody, StringComparison.Ordinal);
    }
}
