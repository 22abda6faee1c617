using System.Reflection;
using System.Text.RegularExpressions;

namespace PhysioSite.Tests.Architecture;

/// <summary>
/// README.md and docs/ name only files, types and settings that exist. Decision records name what existed when they were written, so only
/// their relative links are checked.
/// </summary>
public sealed partial class DocsTests
{
    /// <summary>The folders that a path in the docs may be relative to.</summary>
    private static readonly string[] Roots =
    [
        "", "src/PhysioSite", "src/PhysioSite/Features", "src/PhysioSite/Features/Appointments", "src/PhysioSite/Styles",
        "src/PhysioSite/wwwroot", "content", "tests", "tests/PhysioSite.Tests", "tests/PhysioSite.BrowserTests",
        "tests/PhysioSite.TestSupport", "tests/PhysioSite.Faults",
    ];

    /// <summary>Folders and files that exist only in the data folder or in a published program, not in the repository.</summary>
    private static readonly string[] AtRunTime = ["data/mail", "cache/", "keys/", "mail/", "search/"];

    /// <summary>Configuration keys that ASP.NET Core and OpenTelemetry read.</summary>
    private static readonly string[] OfTheFramework =
        ["ASPNETCORE_URLS", "AllowedHosts", "Logging:*", "OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_*", "ReloadStaticAssetsAtRuntime"];

    private static readonly Lazy<HashSet<string>> WordsOfTheSource = new(() => new[] { "src", "tests" }
        .SelectMany(folder => Directory.EnumerateFiles(Path.Combine(Repository.Root, folder), "*.cs*", SearchOption.AllDirectories))
        .Where(file => !file.Contains("/bin/", StringComparison.Ordinal) && !file.Contains("/obj/", StringComparison.Ordinal))
        .SelectMany(file => Word().Matches(File.ReadAllText(file)).Select(match => match.Value))
        .ToHashSet(StringComparer.Ordinal));

    public static TheoryData<string> Pages { get; } =
        [.. All().Where(page => !page.StartsWith("docs/decisions/", StringComparison.Ordinal))];

    public static TheoryData<string> PagesAndDecisions { get; } = [.. All()];

    [Theory]
    [MemberData(nameof(Pages))]
    public void Path_InADocument_Exists(string page)
    {
        var paths = Code(page).Where(code => PathOfAFile().IsMatch(code) && !AtRunTime.Contains(code));

        Assert.All(paths, path => Assert.True(Roots.Any(root => Exists(Path.Combine(Repository.Root, root, path))), path));
    }

    [Theory]
    [MemberData(nameof(Pages))]
    public void TypeOrMember_InADocument_Exists(string page)
    {
        var names = Code(page).SelectMany(code => PascalCase().Matches(code)).Select(match => match.Value).Distinct();

        Assert.All(names, name => Assert.True(WordsOfTheSource.Value.Contains(name), name));
    }

    [Theory]
    [MemberData(nameof(PagesAndDecisions))]
    public void RelativeLink_InADocument_LeadsToAFileAndAHeading(string page)
    {
        var folder = Path.GetDirectoryName(Path.Combine(Repository.Root, page))!;
        Assert.All(Link().Matches(File.ReadAllText(Path.Combine(Repository.Root, page))).Select(match => match.Groups[1].Value), link =>
        {
            var (file, fragment) = link.Split('#') is [var before, var after] ? (before, after) : (link, "");
            var target = file.Length == 0 ? Path.Combine(Repository.Root, page) : Path.Combine(folder, file);
            Assert.True(Exists(target), link);
            if (fragment.Length > 0)
            {
                Assert.Contains(fragment, Heading().Matches(File.ReadAllText(target)).Select(match => Anchor(match.Groups[1].Value)));
            }
        });
    }

    [Fact]
    public void Configuration_NamesEveryOptionAndNoOther()
    {
        var documented = Row().Matches(File.ReadAllText(Path.Combine(Repository.Root, "docs", "configuration.md")))
            .SelectMany(row => CodeSpan().Matches(row.Groups[1].Value).Select(match => match.Groups[1].Value))
            .ToList();
        var options = Options();

        Assert.True(options.Count > 20, $"{options.Count} options found");
        Assert.Equal(options.Concat(OfTheFramework).Order(StringComparer.Ordinal), documented.Order(StringComparer.Ordinal));
    }

    /// <summary>A setting with a wrong name would be ignored. Operators copy docs/deploy.md and the files that it describes.</summary>
    [Fact]
    public void Settings_InTheFilesOfADeployment_Exist()
    {
        var known = Options().Concat(OfTheFramework).Append("ASPNETCORE_HTTP_PORTS").ToHashSet(StringComparer.Ordinal);
        var named = Directory.EnumerateFiles(Path.Combine(Repository.Root, "docs", "deploy"))
            .Append(Path.Combine(Repository.Root, "docs", "deploy.md")).Append(Path.Combine(Repository.Root, "docs", "operations.md"))
            .SelectMany(file => EnvironmentSetting().Matches(File.ReadAllText(file)))
            .Select(match => ListItem().Replace(match.Value.Replace("__", ":", StringComparison.Ordinal), ""))
            .Distinct()
            .ToList();

        Assert.True(named.Count > 10, $"{named.Count} settings found");
        Assert.Empty(named.Except(known));
    }

    private static List<string> Options() =>
    [
        .. typeof(Program).Assembly.GetTypes()
            .Select(type => (
                Type: type,
                Section: type.GetField("Section", BindingFlags.Public | BindingFlags.Static)?.GetRawConstantValue() as string))
            .Where(options => options.Section is not null)
            .SelectMany(options => Keys(options.Section!, options.Type)),
    ];

    private static IEnumerable<string> All() => Directory
        .EnumerateFiles(Path.Combine(Repository.Root, "docs"), "*.md", SearchOption.AllDirectories)
        .Select(file => Path.GetRelativePath(Repository.Root, file).Replace('\\', '/'))
        .Prepend("README.md")
        .Order(StringComparer.Ordinal);

    private static IEnumerable<string> Code(string page) =>
        CodeSpan().Matches(File.ReadAllText(Path.Combine(Repository.Root, page))).Select(match => match.Groups[1].Value);

    private static bool Exists(string path) => File.Exists(path) || Directory.Exists(path) || File.Exists(path + ".cs");

    private static IEnumerable<string> Keys(string section, Type type) => type.GetProperties(BindingFlags.Public | BindingFlags.Instance)
        .Where(property => property.CanWrite || property.PropertyType.Name == typeof(IList<>).Name)
        .SelectMany(property => property.PropertyType is { IsClass: true } nested && nested.Assembly == type.Assembly
            ? Keys($"{section}:{property.Name}", nested)
            : [$"{section}:{property.Name}"]);

    /// <summary>The anchor that GitHub generates for a heading.</summary>
    private static string Anchor(string heading) => NotInAnAnchor().Replace(heading.ToLowerInvariant(), "").Replace(' ', '-');

    [GeneratedRegex(@"`([^`\n]+)`")]
    private static partial Regex CodeSpan();

    /// <summary>A path that contains a folder and is not a URL, a network or an option.</summary>
    [GeneratedRegex(@"^(?![/~.-])(?![\d.]+/)[\w.-]+/[\w./-]*$")]
    private static partial Regex PathOfAFile();

    [GeneratedRegex(@"\b[A-Z][a-z]+[A-Z]\w*[a-zA-Z]\b")]
    private static partial Regex PascalCase();

    [GeneratedRegex(@"\]\((?!https?:|mailto:|/)([^)\s]+)\)")]
    private static partial Regex Link();

    [GeneratedRegex(@"(?m)^#+ (.+)$")]
    private static partial Regex Heading();

    [GeneratedRegex(@"(?m)^\| (`[^|]+) \|")]
    private static partial Regex Row();

    [GeneratedRegex(@"[^\w\- ]")]
    private static partial Regex NotInAnAnchor();

    [GeneratedRegex(@"\w+")]
    private static partial Regex Word();

    [GeneratedRegex(@"\b(?:[A-Z][A-Za-z]+(?:__\w+)+|ASPNETCORE_\w+)")]
    private static partial Regex EnvironmentSetting();

    [GeneratedRegex(@":\d+$")]
    private static partial Regex ListItem();
}
