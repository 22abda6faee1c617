using PhysioSite.Features.Appointments;

namespace PhysioSite.Tests.Appointments;

public sealed class PatientPhoneTests
{
    [Theory]
    [InlineData("6085550142", "16085550142", null)]
    [InlineData("608 555 0142", "16085550142", null)]
    [InlineData("608-555-0142", "16085550142", null)]
    [InlineData("608.555.0142", "16085550142", null)]
    [InlineData("608/555-0142", "16085550142", null)]
    [InlineData("(608) 555-0142", "16085550142", null)]
    [InlineData("(608)555-0142", "16085550142", null)]
    [InlineData("1 608 555 0142", "16085550142", null)]
    [InlineData("1-608-555-0142", "16085550142", null)]
    [InlineData("+1 608 555 0142", "16085550142", null)]
    [InlineData("+1 (608) 555-0142", "16085550142", null)]
    [InlineData("(+1) 608 555 0142", "16085550142", null)]
    [InlineData("tel:+1-608-555-0142", "16085550142", null)]
    [InlineData("  608\u00A0555\u20110142\t", "16085550142", null)]
    [InlineData("608 – 555 – 0142", "16085550142", null)]
    [InlineData("６０８ ５５５ ０１４２", "16085550142", null)]
    [InlineData("٦٠٨ ٥٥٥ ٠١٤٢", "16085550142", null)]
    [InlineData("\u202A608 555 0142\u202C", "16085550142", null)]
    [InlineData("608 555 0142 x12", "16085550142", "12")]
    [InlineData("608 555 0142 ext. 4711", "16085550142", "4711")]
    [InlineData("608 555 0142, extension 7", "16085550142", "7")]
    [InlineData("(608) 555-0142 #9", "16085550142", "9")]
    [InlineData("+44 20 7946 0958", "442079460958", null)]
    [InlineData("011 44 20 7946 0958", "442079460958", null)]
    [InlineData("+49 30 901820", "4930901820", null)]
    [InlineData("+52 55 5550 0142", "525555500142", null)]
    [InlineData("+86 10 5550 0142", "861055500142", null)]
    public void TryParse_NumberAsPeopleWriteIt_IsRead(string text, string international, string? extension)
    {
        Assert.True(PatientPhone.TryParse(text, out var phone));
        Assert.Equal((international, extension), (phone.International, phone.Extension));
        Assert.Equal(extension is null ? $"tel:+{international}" : $"tel:+{international};ext={extension}", phone.Link);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("   ")]
    [InlineData("none")]
    [InlineData("555 0142")]
    [InlineData("608 555 014")]
    [InlineData("608 555 01422")]
    [InlineData("2 608 555 0142")]
    [InlineData("108 555 0142")]
    [InlineData("008 555 0142")]
    [InlineData("608 155 0142")]
    [InlineData("608 055 0142")]
    [InlineData("+1 608 555 014")]
    [InlineData("+1 608 555 01422")]
    [InlineData("+0 20 7946 0958")]
    [InlineData("+44 123")]
    [InlineData("+44 2079 4609 5812 3456")]
    [InlineData("44 20 7946 0958")]
    [InlineData("608 555 O142")]
    [InlineData("608 555 0142 or 0143")]
    [InlineData("608 555 0142; 608 555 0143")]
    [InlineData("ada@example.com")]
    [InlineData("608 555 0142 x1234567")]
    [InlineData("x12")]
    [InlineData("<script>6085550142</script>")]
    public void TryParse_NotACallableNumber_IsRefused(string? text)
    {
        Assert.False(PatientPhone.TryParse(text, out var phone));
        Assert.Null(phone);
    }
}
