using BenchmarkDotNet.Attributes;
using FluentValidation.Results;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.Extensions.Logging.Abstractions;
using PhysioSite.Content;
using PhysioSite.Data.Encryption;
using PhysioSite.Features.Appointments;
using PhysioSite.Features.Appointments.Request;
using PhysioSite.Features.Clinics;
using PhysioSite.TestSupport;

namespace PhysioSite.Benchmarks;

/// <summary>Measures the parts of an accepted request form that do not need the database.</summary>
[MemoryDiagnoser]
public class FormBenchmarks
{
    private static readonly EncryptedCell Cell = new("AppointmentRequests", "Details", Guid.Empty);

    private readonly ColumnEncryption _encryption = new(
        new EphemeralDataProtectionProvider(), new UnreadableValues(TimeProvider.System, NullLogger<UnreadableValues>.Instance));

    private readonly RequestFormValidator _validator = new();
    private readonly RequestForm _form = new()
    {
        Zip = "53703",
        Area = "shin",
        Name = "Jane Doe",
        Phone = "608 555 0142",
        Email = "jane@example.com",
        Note = "Shins hurt after running.",
    };

    private ContentLibrary _library = null!;
    private ClinicDirectory _clinics = null!;
    private PatientDetails _details = null!;
    private string _stored = null!;

    [GlobalSetup]
    public void ReadContent()
    {
        _library = new ContentLibrary(Repository.ContentPath, NullLogger<ContentLibrary>.Instance);
        _clinics = new ClinicDirectory(_library, new ZipCodes());
        _details = Read().ToRequest().Details;
        _stored = _encryption.Encrypt(_details);
    }

    [Benchmark]
    public RequestAnswers Read() => new(_form, _library.English, _clinics);

    [Benchmark]
    public ValidationResult ReadAndValidate() => _validator.Validate(Read());

    [Benchmark]
    public string Encrypt() => _encryption.Encrypt(_details);

    [Benchmark]
    public PatientDetails? Decrypt() => _encryption.Decrypt<PatientDetails>(_stored, Cell);
}
