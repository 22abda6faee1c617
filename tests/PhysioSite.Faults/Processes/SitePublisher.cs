using System.Collections.Concurrent;
using System.Diagnostics;

namespace PhysioSite.Faults.Processes;

/// <summary>
/// Publishes the site as an operator would, in the build configuration of this program. It is not compiled ahead of time, which takes two
/// minutes and changes only its speed.
/// </summary>
internal static class SitePublisher
{
    /// <summary>The parts of the repository that a published site is made of.</summary>
    private static readonly string[] Sources = ["src", "content", ".editorconfig"];

    /// <returns>The path of the published PhysioSite.dll.</returns>
    /// <exception cref="InvalidOperationException">Publishing failed; the message is the output of dotnet.</exception>
    public static Task<string> PublishAsync(string folder, CancellationToken stop) => PublishAsync(Repository.Root, folder, [], stop);

    /// <summary>
    /// Publishes a later version of the site, with another style sheet, so that the files of its pages have other names.
    /// </summary>
    /// <inheritdoc cref="PublishAsync(string, CancellationToken)"/>
    public static async Task<string> PublishNextAsync(string folder, CancellationToken stop)
    {
        var sources = Directory.CreateTempSubdirectory("physiosite-next-");
        try
        {
            foreach (var file in Sources.SelectMany(FilesOf))
            {
                var copy = Path.Combine(sources.FullName, Path.GetRelativePath(Repository.Root, file));
                Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
                File.Copy(file, copy);
            }

            await File.AppendAllTextAsync(
                Path.Combine(sources.FullName, "src", "PhysioSite", "Styles", "site.css"), "\n:root {\n  --version: next;\n}\n", stop);

            // The first version has been analyzed.
            return await PublishAsync(sources.FullName, folder, ["-p:Version=99.0.0", "-p:RunAnalyzers=false"], stop);
        }
        finally
        {
            sources.Delete(recursive: true);
        }
    }

    private static async Task<string> PublishAsync(string root, string folder, string[] options, CancellationToken stop)
    {
        // A build server would inherit the output and keep it open after the publishing has ended.
        string[] arguments =
        [
            "publish", Path.Combine(root, "src", "PhysioSite"),
            "-c", Repository.Configuration,
            "-o", folder,
            "-p:PublishReadyToRun=false",
            "-nologo",
            "-v", "quiet",
            "--disable-build-servers",
            .. options,
        ];
        var output = new ConcurrentQueue<string>();
        using var publishing = ChildProcess.Start(new ProcessStartInfo(SiteProgram.Dotnet, arguments), output.Enqueue);
        return await publishing.ExitAsync(stop) == 0
            ? Path.Combine(folder, "PhysioSite.dll")
            : throw new InvalidOperationException($"The site cannot be published:\n{string.Join('\n', output)}");
    }

    /// <summary>A source file, or the source files in a folder without those of a build.</summary>
    private static IEnumerable<string> FilesOf(string part)
    {
        var path = Path.Combine(Repository.Root, part);
        return File.Exists(path)
            ? [path]
            : Directory.EnumerateFiles(path, "*", SearchOption.AllDirectories)
                .Where(file => !Path.GetRelativePath(path, file).Split('/').Any(folder => folder is "bin" or "obj"));
    }
}
