using PhysioSite.Content.Model;
using PhysioSite.Features.Clinics;
using PhysioSite.Text;

namespace PhysioSite.Features.Appointments.Patient;

/// <summary>
/// The clinic of a request as the patient sees it. The clinic may have been renamed or removed since; the patient then sees the name and
/// the phone number of the group, and can still withdraw the request.
/// </summary>
public sealed class RequestClinic(AppointmentRequest request, SiteContent content)
{
    /// <summary>Null when the clinic is no longer part of the content.</summary>
    public Clinic? Known { get; } = content.FindClinic(request.ClinicSlug);

    public string Name => Known?.Name ?? content.Site.ShortName;

    public PhoneNumber Phone => Known?.Phone ?? content.Site.Contact.Phone;

    /// <summary>The name of the group and the clinic.</summary>
    public string FullName => Known is null ? content.Site.ShortName : $"{content.Site.ShortName} {Known.Name}";

    /// <summary>In the time zone of the clinic; in UTC when the clinic is not known.</summary>
    /// <param name="now">With it, a day more than six months away has its year.</param>
    public string DayAndTime(DateTime utc, DateTime? now = null) => ClinicClock.DayAndTime(Known, utc, now);
}
