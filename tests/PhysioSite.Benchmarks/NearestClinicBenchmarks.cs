using BenchmarkDotNet.Attributes;
using Microsoft.Extensions.Logging.Abstractions;
using PhysioSite.Content;
using PhysioSite.Content.Model;
using PhysioSite.Features.Appointments.Assignment;
using PhysioSite.Features.Clinics;
using PhysioSite.TestSupport;

namespace PhysioSite.Benchmarks;

/// <summary>Measures the steps from a ZIP code to a due time. The target for loading the ZIP code table is under 50 ms.</summary>
[MemoryDiagnoser]
public class NearestClinicBenchmarks
{
    private readonly ZipCodes _zips = new();
    private ContentLibrary _library = null!;
    private ClinicDirectory _directory = null!;
    private ZipCode _madison = null!;
    private Clinic _clinic = null!;

    [GlobalSetup]
    public void ReadContent()
    {
        _library = new ContentLibrary(Repository.ContentPath, NullLogger<ContentLibrary>.Instance);
        _directory = new ClinicDirectory(_library, _zips);
        _madison = _zips.Find("53703")!;
        _clinic = _library.Current.FindClinic("madison")!;
    }

    [Benchmark]
    public ZipCodes LoadZipCodes() => new();

    [Benchmark]
    public ZipCode? FindZipCode() => _zips.Find("94612");

    [Benchmark]
    public NearestClinic FindNearestClinic() => _directory.Nearest(_madison, VisitKind.Clinic);

    [Benchmark]
    public DateTime ComputeDueTime() =>
        DueTime.After(_clinic, new DateTime(2026, 11, 25, 22, 30, 0, DateTimeKind.Utc), TimeSpan.FromHours(8));

    [Benchmark]
    public void ReadAllContent() => _library.Reload();
}
