namespace PhysioSite.Tests.Features;

/// <summary>The sample with copies of a clinic in Wisconsin, an article and a position.</summary>
public sealed class LargeGroup : IDisposable
{
    public const int Articles = SampleArticles + Copies;
    public const int SpanishArticles = SampleArticles;
    public const int Positions = 9 + Copies;
    public const int ClinicsInWisconsin = 1 + Clinics;

    private const int SampleArticles = 21;
    private const int Copies = 25;
    private const int Clinics = 300;

    private readonly ContentCopy _copy = new();

    public LargeGroup()
    {
        for (var i = 1; i <= Clinics; i++)
        {
            _copy.Write(
                $"clinics/copy-{i}.md",
                _copy.Read("clinics/madison.md").Replace("name: Madison", $"name: Copy {i}", StringComparison.Ordinal));
        }

        for (var i = 1; i <= Copies; i++)
        {
            _copy.Write(
                $"articles/copy-{i}.md",
                _copy.Read("articles/shin-splints.md").Replace("title: Shin splints", $"title: Copy {i}", StringComparison.Ordinal));
            _copy.Write($"careers/copy-{i}.md", _copy.Read("careers/physical-therapist-madison.md"));
        }

        Site = new Site
        {
            Settings = { ["Content:Folder"] = _copy.Folder, ["RateLimits:SignInsPerTenMinutes"] = "100000" },
        };
    }

    public Site Site { get; }

    public void Dispose()
    {
        Site.Dispose();
        _copy.Dispose();
    }
}
