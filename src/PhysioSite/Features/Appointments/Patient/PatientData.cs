using System.Text.Encodings.Web;
using System.Text.Json;

namespace PhysioSite.Features.Appointments.Patient;

/// <summary>The file in which patients get their own data. It has no notes of staff.</summary>
public static class PatientData
{
    private static readonly JsonSerializerOptions Format =
        new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static byte[] Write(AppointmentRequest request, PatientDetails details, RequestClinic clinic, DateTime now) =>
        JsonSerializer.SerializeToUtf8Bytes(
            new
            {
                reference = request.Reference,
                clinic = clinic.FullName,
                visit = request.Visit.ToString(),
                receivedUtc = request.ReceivedUtc,
                agreedUtc = request.AgreedUtc,
                name = details.Name,
                contactBy = details.Contact.ToString(),
                phone = details.Phone,
                email = details.Email,
                mayLeaveMessage = details.MayLeaveMessage,
                forSomeoneElse = details.ForSomeoneElse,
                seenBefore = details.SeenBefore,
                languageOrAccessNeeds = details.Access,
                note = details.Note,
                bodyArea = details.Area,
                preferredTimes = details.PreferredTimes,
                callSuits = details.CallTimes,
                articleReadBefore = details.CameFrom,
                language = details.Language,
                history = Timeline.Of(request, clinic, now).Select(step => new { step.When, step.Text }),
            },
            Format);
}
