using System.Collections.Concurrent;
using System.Data.Common;
using System.Text.RegularExpressions;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using PhysioSite.Data;
using PhysioSite.Email.Outbox;
using PhysioSite.Tests.Email.Outbox;
using PhysioSite.Tests.Features.Appointments;
using PhysioSite.Tests.Features.Staff;

namespace PhysioSite.Tests.Data.Encryption;

/// <summary>Encrypted columns are selected only where they are shown. A count that reads them decrypts the whole table.</summary>
public sealed partial class QueryTests : IDisposable
{
    private readonly Recorder _recorder = new();
    private readonly StaffSite _site;

    public QueryTests()
    {
        _site = new StaffSite
        {
            Replace = services => services.ConfigureDbContext<SiteDbContext>(options => options.AddInterceptors(_recorder)),
        };
    }

    [Theory]
    [InlineData("/staff", "Details")]
    [InlineData("/staff?state=held", "Details")]
    [InlineData("/staff/export", "Details")]
    [InlineData("/staff/search", "Details")]
    [InlineData("/staff/delivery", "")]
    [InlineData("/staff/delivery?state=sent", "")]
    [InlineData("/healthz/ready", "")]
    public async Task Page_OfManyRows_SelectsOnlyTheEncryptedColumnsItShows(string path, string shown)
    {
        var staff = await PrepareAsync();
        if (path == "/staff/search")
        {
            await staff.SubmitAsync(await staff.GetAsync(path), "main form", new Dictionary<string, string?> { ["Words"] = "Ada" });
        }

        _recorder.Clear();
        Assert.True((await staff.GetAsync(path)).Response.IsSuccessStatusCode);

        Assert.NotEmpty(_recorder.Selects);
        Assert.Equal(shown, string.Join(' ', _recorder.EncryptedColumns));
    }

    /// <summary>The server of a database may log its queries.</summary>
    [Theory]
    [InlineData("Quokka", "QUOKKA")]
    [InlineData("Name, Quokka", "QUOKKA")]
    [InlineData("(608) 555-4711", "5554711")]
    [InlineData("555 4711", "5554711")]
    [InlineData("quokka@patients.example", "QUOKKA")]
    public async Task Search_OfAPatient_SendsNothingReadableToTheDatabase(string words, string readable)
    {
        var staff = await _site.Administrator;
        _recorder.Clear();

        await staff.SubmitAsync(await staff.GetAsync("/staff/search"), "main form", new Dictionary<string, string?> { ["Words"] = words });
        await staff.GetAsync("/staff/search");

        Assert.Contains(_recorder.Selects, sql => sql.Contains("\"SearchTerms\"", StringComparison.Ordinal));
        Assert.NotEmpty(_recorder.Values);
        Assert.DoesNotContain(
            _recorder.Values.Concat(_recorder.Selects), text => text.Contains(readable, StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public async Task Delivery_OfEveryState_IsCountedByTheDatabase()
    {
        var staff = await PrepareAsync();
        _recorder.Clear();
        await staff.GetAsync("/staff/delivery");

        Assert.Contains(
            _recorder.Selects,
            sql => sql.Contains("COUNT(*)", StringComparison.OrdinalIgnoreCase) && sql.Contains("GROUP BY", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Jobs_WithListsToSendAndNothingToErase_SelectNoEncryptedColumn()
    {
        await PrepareAsync();
        await _site.RunSqlAsync("UPDATE AppointmentRequests SET EscalateUtc = NULL");
        _recorder.Clear();
        await _site.RunJobsAtAsync(_site.Clock.GetUtcNow().AddMinutes(2));

        Assert.Contains(_recorder.Selects, sql => sql.Contains("\"ClinicDigests\"", StringComparison.Ordinal));
        Assert.Empty(_recorder.EncryptedColumns);
    }

    [Fact]
    public async Task Erasure_OfARequest_DoesNotReadItsEmails()
    {
        await PrepareAsync();
        await _site.RunSqlAsync("UPDATE AppointmentRequests SET State = 'Closed', ClosedUtc = ReceivedUtc, EscalateUtc = NULL");
        _recorder.Clear();
        await _site.RunJobsAtAsync(_site.Clock.GetUtcNow().AddDays(200));

        Assert.Contains(_recorder.Selects, sql => sql.Contains("\"Outbox\"", StringComparison.Ordinal));
        Assert.DoesNotContain("Content", _recorder.EncryptedColumns);
        var notices = await _site.WithDatabaseAsync(db => db.Set<PhysioSite.Email.Outbox.OutboxEmail>()
            .CountAsync(mail => mail.Kind == EmailKind.ClinicNotice));
        Assert.Equal(0, notices);
    }

    public void Dispose() => _site.Dispose();

    /// <summary>Creates requests and emails, none of which is being processed.</summary>
    private async Task<Browser> PrepareAsync()
    {
        var staff = await _site.Administrator;
        await _site.AskAsync(("subject", "x"));
        var receipt = await _site.AskAsync(("email", "ada@patients.example"));
        await _site.SentMailsAsync(receipt.Reference);
        await _site.StopSendingAsync();
        return staff;
    }

    private sealed partial class Recorder : DbCommandInterceptor
    {
        private readonly ConcurrentQueue<string> _selects = new();
        private readonly ConcurrentQueue<string> _values = new();

        public IReadOnlyCollection<string> Selects => _selects;

        /// <summary>The texts among the values of the parameters.</summary>
        public IReadOnlyCollection<string> Values => _values;

        public IEnumerable<string> EncryptedColumns =>
            _selects.SelectMany(sql => Encrypted().Matches(Conditions().Replace(sql, "")))
                .Select(match => match.Groups[1].Value)
                .Distinct()
                .Order(StringComparer.Ordinal);

        public void Clear()
        {
            _selects.Clear();
            _values.Clear();
        }

        public override ValueTask<InterceptionResult<DbDataReader>> ReaderExecutingAsync(
            DbCommand command,
            CommandEventData eventData,
            InterceptionResult<DbDataReader> result,
            CancellationToken cancellationToken = default)
        {
            if (command.CommandText.StartsWith("SELECT", StringComparison.Ordinal))
            {
                _selects.Enqueue(command.CommandText);
                foreach (var text in command.Parameters.Cast<DbParameter>().Select(parameter => parameter.Value).OfType<string>())
                {
                    _values.Enqueue(text);
                }
            }

            return new(result);
        }

        [GeneratedRegex("\"(Details|Content|HeldToken|KeepReason|Note)\"")]
        private static partial Regex Encrypted();

        /// <summary>A null check does not read the value.</summary>
        [GeneratedRegex("\"\\w+\" IS (NOT )?NULL")]
        private static partial Regex Conditions();
    }
}
