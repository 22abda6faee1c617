using System.Text.Json;
using PhysioSite.Data;

namespace PhysioSite.Content.Reading;

/// <summary>The files of the content folder on disk, by path relative to the folder, with forward slashes.</summary>
/// <param name="Images">Paths relative to <c>images/</c>.</param>
internal sealed record ContentTexts(IReadOnlyDictionary<string, string> Texts, IReadOnlySet<string> Images)
{
    /// <summary>Any spelling, so that a file that is not used because of its name is reported instead of ignored.</summary>
    private static readonly HashSet<string> Extensions = new(StringComparer.OrdinalIgnoreCase) { ".md", ".markdown", ".yml", ".yaml" };

    /// <exception cref="ContentException">The folder does not exist.</exception>
    public static ContentTexts Load(string folder)
    {
        if (!File.Exists(Path.Combine(folder, "site.yml")))
        {
            throw new ContentException(
                $"There is no site.yml in the content folder {folder}. "
                + "Set Content:Folder (environment: Content__Folder) to the folder that holds site.yml.");
        }

        var texts = FilesIn(folder)
            .Where(path => Extensions.Contains(Path.GetExtension(path)))
            .ToDictionary(path => Below(folder, path), path => File.ReadAllText(path).ReplaceLineEndings("\n"), StringComparer.Ordinal);
        var images = Path.Combine(folder, "images");
        return new ContentTexts(
            texts,
            Directory.Exists(images)
                ? FilesIn(images).Select(path => Below(images, path)).ToHashSet(StringComparer.Ordinal)
                : new HashSet<string>());
    }

    /// <returns>The texts that <see cref="SaveCopy"/> has saved. Null when there is no such file, or it is damaged.</returns>
    public static ContentTexts? LoadCopy(string file)
    {
        try
        {
            return JsonSerializer.Deserialize<Dictionary<string, string>>(File.ReadAllBytes(file)) is { } texts
                ? new ContentTexts(texts, new HashSet<string>())
                : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException)
        {
            return null;
        }
    }

    /// <exception cref="IOException">The file cannot be written.</exception>
    public void SaveCopy(string file) => PrivateFile.Write(file, JsonSerializer.SerializeToUtf8Bytes(Texts));

    /// <summary>
    /// Returns the same files, with each of <paramref name="files"/> replaced by its version in <paramref name="earlier"/>.
    /// </summary>
    public ContentTexts WithEarlier(IEnumerable<string> files, ContentTexts earlier)
    {
        var texts = new Dictionary<string, string>(Texts, StringComparer.Ordinal);
        foreach (var file in files)
        {
            if (earlier.Texts.TryGetValue(file, out var text))
            {
                texts[file] = text;
            }
            else
            {
                texts.Remove(file);
            }
        }

        return this with { Texts = texts };
    }

    /// <summary>Skips the files that operating systems and editors leave: hidden ones, and those whose names begin with a tilde.</summary>
    private static IEnumerable<string> FilesIn(string folder) => Directory
        .EnumerateFiles(
            folder,
            "*",
            new EnumerationOptions
            {
                RecurseSubdirectories = true,
                AttributesToSkip = FileAttributes.Hidden | FileAttributes.System,
                IgnoreInaccessible = false,
            })
        .Where(path => Path.GetFileName(path)[0] is not ('.' or '~'));

    private static string Below(string folder, string path) => Path.GetRelativePath(folder, path).Replace(Path.DirectorySeparatorChar, '/');
}
