using PhysioSite.Features.Appointments;
using PhysioSite.Features.Staff.Requests.Listing;

namespace PhysioSite.Tests.Features.Staff.Requests;

/// <summary>The short texts of a row of the queue.</summary>
public sealed class RowTextsTests
{
    [Theory]
    [InlineData(0, "0 min left")]
    [InlineData(59, "59 min left")]
    [InlineData(60, "1 h left")]
    [InlineData(179, "2 h left")]
    [InlineData((48 * 60) - 1, "47 h left")]
    [InlineData(48 * 60, "2 days left")]
    [InlineData(-1, "overdue 1 min")]
    [InlineData(-125, "overdue 2 h")]
    public void TimeLeft_OfMinutes_IsRoundedTowardsNow(int minutes, string words)
    {
        Assert.Equal(words, RowTexts.TimeLeft(TimeSpan.FromMinutes(minutes)));
    }

    [Theory]
    [InlineData(ContactWay.Call, "+16085550142", true, "")]
    [InlineData(ContactWay.Call, "+16085550142", false, "no message")]
    [InlineData(ContactWay.Text, "+16085550142", true, "text only")]
    [InlineData(ContactWay.Text, "+16085550142", false, "text only, no message")]
    [InlineData(ContactWay.Email, null, false, "email only")]
    [InlineData(ContactWay.Email, "+16085550142", false, "prefers email, no message")]
    public void ContactRule_OfAPatient_SaysWhatToObserve(ContactWay contact, string? phone, bool mayLeaveMessage, string rule)
    {
        var details = PatientDetails.Erased with { Contact = contact, Phone = phone, MayLeaveMessage = mayLeaveMessage };

        Assert.Equal(rule, RowTexts.ContactRule(details));
    }
}
