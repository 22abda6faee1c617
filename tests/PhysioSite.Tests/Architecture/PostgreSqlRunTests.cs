using System.Text.RegularExpressions;

namespace PhysioSite.Tests.Architecture;

/// <summary>
/// .ci/run runs the tests a second time with PostgreSQL, without some folders and classes. None of these has a site that would then have
/// another database.
/// </summary>
public sealed partial class PostgreSqlRunTests
{
    private static readonly string Tests = Path.Combine(Repository.Root, "tests", "PhysioSite.Tests");

    /// <summary>The types of sites that several classes use.</summary>
    private static readonly string Sites = string.Join('|', new[] { typeof(Site), typeof(PostgreSqlRunTests) }
        .SelectMany(type => type.Assembly.GetTypes())
        .Where(type => type.IsAssignableTo(typeof(Site)) && !type.IsNested)
        .Select(type => type.Name));

    public static TheoryData<string> LeftOut { get; } =
        [.. LeftOutOfTheRun().Match(File.ReadAllText(Path.Combine(Repository.Root, ".ci", "run"))).Groups[1].Captures
            .Select(name => name.Value)];

    [Theory]
    [MemberData(nameof(LeftOut))]
    public void FolderOrClass_LeftOut_NamesTheDatabaseOfEachSite(string name)
    {
        var files = Directory.EnumerateFiles(Tests, "*.cs", SearchOption.AllDirectories)
            .Where(file => $"/{Path.ChangeExtension(Path.GetRelativePath(Tests, file), null)}/".Replace('\\', '/')
                .Contains($"/{name}/", StringComparison.Ordinal))
            .ToList();

        Assert.NotEmpty(files);
        var sites = $@"\bnew ({Sites})\b[^;]*|\b({Sites}) \w+( \{{ get; \}})? = new\b[^;]*|\bIClassFixture<({Sites})>";
        Assert.Empty(files.SelectMany(file => Regex.Matches(File.ReadAllText(file), sites)
            .Where(site => !site.Value.Contains("Provider = ", StringComparison.Ordinal))
            .Select(site => $"{Path.GetFileName(file)}: {site.Value}")));
    }

    [GeneratedRegex(@"^without=\((?:\s+(\w+))+\s*\)", RegexOptions.Multiline)]
    private static partial Regex LeftOutOfTheRun();
}
