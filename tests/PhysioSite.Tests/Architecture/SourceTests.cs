using System.Text.RegularExpressions;

namespace PhysioSite.Tests.Architecture;

/// <summary>The form of the sources.</summary>
public sealed partial class SourceTests
{
    private const int LongestLine = 140;

    private static readonly string[] Folders = ["src", "tests"];

    private static readonly string[] Kinds = [".cs", ".cshtml", ".css", ".js"];

    /// <summary>
    /// A sentence that is a key of the translations is one literal, so it may be longer, on a line of its own. Generated files are left
    /// out.
    /// </summary>
    [Fact]
    public void Line_OfTheSource_HasAtMost140Characters()
    {
        var files = Folders
            .SelectMany(folder => Directory.EnumerateFiles(Path.Combine(Repository.Root, folder), "*", SearchOption.AllDirectories))
            .Where(file => Kinds.Contains(Path.GetExtension(file)) && !IsGenerated(file))
            .ToList();

        Assert.True(files.Count > 400, $"{files.Count} files found");
        Assert.Empty(files.SelectMany(file => File.ReadLines(file)
            .Select((line, i) => (Text: line, Number: i + 1))
            .Where(line => line.Text.Length > LongestLine && !Sentence().IsMatch(line.Text))
            .Select(line => $"{Path.GetRelativePath(Repository.Root, file)}:{line.Number}")));
    }

    private static bool IsGenerated(string file) =>
        file.Split(Path.DirectorySeparatorChar) is var folders
        && (folders.Any(folder => folder is "bin" or "obj" or "node_modules" or "Migrations" or "CompiledModel")
            || (folders[^2] == "wwwroot" && Path.GetExtension(file) == ".css"));

    [GeneratedRegex(@"^\s*(?:Localize\()?\$""[^""]*(?:\{[^}]*\}[^""]*)*""[,);]*$")]
    private static partial Regex Sentence();
}
