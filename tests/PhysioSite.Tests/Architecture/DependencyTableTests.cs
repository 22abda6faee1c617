using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace PhysioSite.Tests.Architecture;

/// <summary>docs/architecture.md states the purpose of each package.</summary>
public sealed partial class DependencyTableTests
{
    private static readonly IReadOnlyList<(string Package, string Users, string Purpose)> Rows = [.. Row()
        .Matches(File.ReadAllText(Path.Combine(Repository.Root, "docs", "architecture.md"))
            .Split("\n## Dependencies\n")[1]
            .Split("\n## ")[0])
        .Select(row => (row.Groups["package"].Value, row.Groups["users"].Value, row.Groups["purpose"].Value))
        .Where(row => row.Item1 is not "package")];

    private static readonly string[] Folders = ["src", "tests"];

    /// <summary>The term that the table uses for each project, by project name.</summary>
    private static readonly Dictionary<string, string> Users = new()
    {
        ["PhysioSite"] = "site",
        ["PhysioSite.Tests"] = "tests",
        ["PhysioSite.BrowserTests"] = "browser tests",
        ["PhysioSite.TestSupport"] = "test support",
        ["PhysioSite.Benchmarks"] = "benchmarks",
        ["PhysioSite.Faults"] = "faults",
        ["PhysioSite.Faults.Breakages"] = "breakages",
    };

    [Fact]
    public void Table_OfDependencies_HasEachPackageOfTheProjectsAndItsUsers()
    {
        var referenced =
            from folder in Folders
            from project in Directory.EnumerateFiles(Path.Combine(Repository.Root, folder), "*.csproj", SearchOption.AllDirectories)
            from reference in XDocument.Load(project).Descendants("PackageReference")
            select (Package: (string)reference.Attribute("Include")!, User: Users[Path.GetFileNameWithoutExtension(project)]);
        var expected = referenced.Distinct().ToList();

        Assert.True(expected.Count > 20, $"{expected.Count} references found");
        Assert.Equal(
            expected.Order(),
            Rows.SelectMany(row => row.Users.Split(", ").Where(Users.ContainsValue), (row, user) => (row.Package, User: user)).Order());
    }

    [Fact]
    public void Table_OfDependencies_IsInOrderWithAPurposeForEach()
    {
        Assert.Equal(Rows.Select(row => row.Package).Order(StringComparer.OrdinalIgnoreCase), Rows.Select(row => row.Package));
        Assert.All(Rows, row => Assert.True(row.Purpose.Length > 3, row.Package));
    }

    [GeneratedRegex(@"(?m)^\| (?<package>[\w.-]+) \| (?<users>[^|]+) \| (?<purpose>.+) \|$")]
    private static partial Regex Row();
}
