using System.Text.RegularExpressions;
using PhysioSite.Tests.Support;

namespace PhysioSite.Tests.Hosting;

/// <summary>Who may know whom. A folder under src/PhysioSite, or under Features, is an area; so is its namespace.</summary>
public sealed partial class ArchitectureTests
{
    private static readonly string[] Below = ["Commands", "Content", "Data", "Email", "Hosting", "Languages", "Features.Shared"];

    /// <summary>What an area may use besides itself. What is not named here may not exist.</summary>
    private static readonly Dictionary<string, string[]> Allowed = new()
    {
        ["Languages"] = [],
        ["Content"] = ["Languages"],
        ["Commands"] = [],
        ["Data"] = ["Commands"],
        ["Data.Migrations"] = ["Data"],
        ["Email"] = ["Commands", "Data"],
        ["Hosting"] = ["Commands", "Content", "Data", "Email", "Languages"],
        ["Features.Shared"] = ["Content", "Hosting", "Languages"],
        ["Features.Home"] = [.. Below, "Features.Articles", "Features.Clinics", "Features.Careers"],
        ["Features.Articles"] = Below,
        ["Features.Symptoms"] = Below,
        ["Features.Info"] = Below,
        ["Features.Clinics"] = Below,
        ["Features.Careers"] = [.. Below, "Features.Clinics"],
        ["Features.Appointments"] = [.. Below, "Features.Clinics"],
        ["Features.Search"] = [.. Below, "Features.Articles", "Features.Clinics", "Features.Careers"],
        ["Features.Staff"] = [.. Below, "Features.Appointments", "Features.Clinics"],
        // What puts the parts together knows all of them.
        ["Features"] = [.. Below, "Features.Staff"],
        [""] = [.. Below, "Features", "Features.Appointments", "Features.Articles", "Features.Careers", "Features.Clinics", "Features.Search", "Features.Staff"],
    };

    private static readonly string Source = Path.Combine(Site.Root, "src", "PhysioSite");

    private static readonly IReadOnlyList<(string Path, string Area, string Text)> Files = [.. new[] { "*.cs", "*.cshtml" }
        .SelectMany(kind => Directory.EnumerateFiles(Source, kind, SearchOption.AllDirectories))
        .Select(file => Path.GetRelativePath(Source, file).Replace('\\', '/'))
        .Where(file => file.Split('/')[0] is not ("bin" or "obj"))
        .Order(StringComparer.Ordinal)
        .Select(file => (file, string.Join('.', file.Split('/')[..^1]), Comments().Replace(File.ReadAllText(Path.Combine(Source, file)), "")))];

    /// <summary>Every type an area declares, by name. Page models of the same name in two areas are told apart by their namespace.</summary>
    private static readonly ILookup<string, string> AreasOfTypes = Files
        .Where(file => file.Path.EndsWith(".cs", StringComparison.Ordinal))
        .SelectMany(file => Types().Matches(file.Text).Select(match => (Name: match.Groups[1].Value, file.Area)))
        .Distinct()
        .ToLookup(type => type.Name, type => type.Area);

    [Fact]
    public void Areas_OfTheSource_AreAllKnown()
    {
        Assert.Equal(Allowed.Keys.Order(StringComparer.Ordinal), Files.Select(file => file.Area).Where(area => area != "Properties").Distinct().Order(StringComparer.Ordinal));
        Assert.True(AreasOfTypes.Count > 100, $"{AreasOfTypes.Count} types found");
    }

    [Fact]
    public void Namespace_OfEachFile_IsItsFolder()
    {
        Assert.All(Files.Where(file => file.Path.EndsWith(".cs", StringComparison.Ordinal) && file.Path != "Program.cs"), file => Assert.Contains(
            $"\nnamespace PhysioSite{(file.Area.Length > 0 ? "." : "")}{file.Area};", "\n" + file.Text, StringComparison.Ordinal));
    }

    [Fact]
    public void Code_UsesOnlyTheAreasItMay()
    {
        Assert.Empty(Offenders(".cs", file => NamesOfNamespaces(file.Text).Concat(NamesBelowAParent(file.Area, file.Text))));
    }

    /// <summary>Pages get every namespace from _ViewImports, so what they use is seen by the names of types.</summary>
    [Fact]
    public void Pages_UseOnlyTheAreasTheyMay()
    {
        Assert.Empty(Offenders(".cshtml", file => NamesOfNamespaces(file.Text).Concat(Words().Matches(file.Text)
            .SelectMany(word => AreasOfTypes[word.Value] is var areas && areas.Contains(file.Area) ? [] : areas))));
    }

    [Theory]
    [InlineData("using PhysioSite.Features.Staff;", "Features.Staff")]
    [InlineData("using static PhysioSite.Features.Staff.StaffRoles;", "Features.Staff")]
    [InlineData("var role = PhysioSite.Features.Staff.StaffRoles.Staff;", "Features.Staff")]
    [InlineData("using PhysioSite.Content;", "Content")]
    public void NamesOfNamespaces_InCode_AreFound(string code, string area)
    {
        Assert.Contains(area, NamesOfNamespaces(code));
    }

    [Theory]
    [InlineData("Features.Clinics", "var words = Appointments.RequestWords.Visit(visit);", "Features.Appointments")]
    [InlineData("Content", "var desk = new Features.Staff.StaffDesk();", "Features.Staff")]
    public void NamesBelowAParent_InCode_AreFound(string from, string code, string area)
    {
        Assert.Contains(area, NamesBelowAParent(from, code));
    }

    private static IEnumerable<string> Offenders(string kind, Func<(string Path, string Area, string Text), IEnumerable<string>> used) =>
        from file in Files
        where file.Path.EndsWith(kind, StringComparison.Ordinal) && Path.GetFileName(file.Path) != "_ViewImports.cshtml"
        from area in used(file).Distinct()
        where area.Length > 0 && area != file.Area && !Allowed[file.Area].Contains(area)
        select $"{file.Path} uses {area}";

    /// <summary>The area of each name that is written from the root on.</summary>
    private static IEnumerable<string> NamesOfNamespaces(string text) => Rooted().Matches(text)
        .Select(match => match.Groups[1].Value)
        .Select(name => Allowed.Keys.Where(area => area.Length > 0 && (name == area || name.StartsWith(area + ".", StringComparison.Ordinal))).MaxBy(area => area.Length))
        .OfType<string>();

    /// <summary>A type named by the last part of its namespace, which works without a using from anywhere below the same parent.</summary>
    private static IEnumerable<string> NamesBelowAParent(string from, string text) => Partial().Matches(text)
        .SelectMany(match => AreasOfTypes[match.Groups[2].Value].Where(area => area != from && area.Split('.')[^1] == match.Groups[1].Value));

    [GeneratedRegex(@"(?<!:)//[^\n]*|@\*.*?\*@|/\*.*?\*/", RegexOptions.Singleline)]
    private static partial Regex Comments();

    [GeneratedRegex(@"(?m)^\s*(?:(?:public|internal|private|protected|sealed|static|abstract|partial|readonly)\s+)*(?:class|record struct|record|struct|interface|enum)\s+(\w+)")]
    private static partial Regex Types();

    [GeneratedRegex(@"\bPhysioSite\.([\w.]+)")]
    private static partial Regex Rooted();

    [GeneratedRegex(@"\b([A-Z]\w+)(?=\.([A-Z]\w+))")]
    private static partial Regex Partial();

    [GeneratedRegex(@"\b[A-Z]\w+\b")]
    private static partial Regex Words();
}
