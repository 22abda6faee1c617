using System.Globalization;
using System.Linq.Expressions;
using CsvHelper;
using PhysioSite.Content.Model;
using PhysioSite.Data.Encryption;
using PhysioSite.Features.Appointments;
using PhysioSite.Text;

namespace PhysioSite.Features.Staff.Requests.Export;

/// <summary>The columns of a request that its CSV row is built from.</summary>
public sealed record RequestCsvRow(
    Guid Id,
    string Reference,
    string ClinicSlug,
    RequestState State,
    DateTime ReceivedUtc,
    DateTime DueUtc,
    DateTime? AgreedUtc,
    string? ClaimedBy,
    RequestOutcome? Outcome,
    DateTime? ErasedUtc,
    Encrypted<PatientDetails> Details)
{
    public static Expression<Func<AppointmentRequest, RequestCsvRow>> Columns(ColumnEncryption encryption) => request => new RequestCsvRow(
        request.Id,
        request.Reference,
        request.ClinicSlug,
        request.State,
        request.ReceivedUtc,
        request.DueUtc,
        request.AgreedUtc,
        request.ClaimedBy,
        request.Outcome,
        request.ErasedUtc,
        request.Details.ReadWith(encryption, AppointmentRequest.DetailsCell(request.Id)));
}

/// <summary>
/// Writes requests as a CSV file that spreadsheets import correctly: RFC 4180 in UTF-8 with a byte order mark, times in the clinic's
/// local time.
/// </summary>
public static class RequestCsv
{
    private static readonly string[] Columns =
    [
        "Reference", "Clinic", "State", "Received", "Answer by", "Agreed time", "Time zone", "Claimed by", "Outcome",
        "Name", "Phone", "Email", "Language", "Preferred times",
    ];

    private static readonly CsvWriterOptions Options =
        CsvWriterOptions.Default with { WriteByteOrderMark = true, Quoting = CsvQuoting.WhenNeededOrWhitespace };

    /// <summary>The beginning of the file, with the names of the columns.</summary>
    public static byte[] Head() => Write([Columns], Options);

    /// <summary>The lines of some requests.</summary>
    public static byte[] Write(IEnumerable<RequestCsvRow> requests, SiteContent content) => Write(
        requests.Select(request => Cells(request, content).Select(cell => CsvFormulaGuard.Escape(cell ?? "")).ToArray()),
        Options with { WriteByteOrderMark = false });

    private static byte[] Write(IEnumerable<string[]> records, CsvWriterOptions options)
    {
        using var bytes = new MemoryStream();
        using (var csv = CsvWriter.Create(bytes, options, leaveOpen: true))
        {
            foreach (var record in records)
            {
                csv.WriteRecord(record);
            }
        }

        return bytes.ToArray();
    }

    private static IEnumerable<string?> Cells(RequestCsvRow request, SiteContent content)
    {
        var clinic = content.FindClinic(request.ClinicSlug);
        var isErased = request.ErasedUtc is not null;
        var details = isErased ? null : request.Details.Value;
        return
        [
            request.Reference, clinic?.Name ?? request.ClinicSlug, RequestLabels.State(request.State),
            When(request.ReceivedUtc), When(request.DueUtc), When(request.AgreedUtc), clinic?.TimeZone.Name ?? "UTC",
            request.ClaimedBy, request.Outcome is { } outcome ? RequestLabels.Outcome(outcome) : null,
            details?.Name ?? (isErased ? null : RequestLabels.Unreadable),
            PhoneNumber.Show(details?.Phone),
            details?.Email,
            details is null ? null : RequestLabels.Language(details),
            details is null ? null : PreferredTime.Describe(details.PreferredTimes, content.Site),
        ];

        string? When(DateTime? utc) => (clinic is null || utc is null ? utc : clinic.TimeZone.ToLocal(utc.Value))
            ?.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture);
    }
}
