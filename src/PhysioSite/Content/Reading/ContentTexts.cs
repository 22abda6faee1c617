namespace PhysioSite.Content.Reading;

/// <summary>The files of the content folder on disk, by path relative to the folder, with forward slashes.</summary>
/// <param name="Images">Paths relative to <c>images/</c>.</param>
internal sealed record ContentTexts(IReadOnlyDictionary<string, string> Texts, IReadOnlySet<string> Images)
{
    /// <exception cref="ContentException">The folder does not exist.</exception>
    public static ContentTexts Load(string folder)
    {
        if (!File.Exists(Path.Combine(folder, "site.yml")))
        {
            throw new ContentException(
                $"There is no site.yml in the content folder {folder}. "
                + "Set Content:Folder (environment: Content__Folder) to the folder that holds site.yml.");
        }

        var texts = Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories)
            .Where(path => Path.GetExtension(path) is ".md" or ".yml")
            .ToDictionary(path => Below(folder, path), path => File.ReadAllText(path).ReplaceLineEndings("\n"), StringComparer.Ordinal);
        var images = Path.Combine(folder, "images");
        return new ContentTexts(
            texts,
            Directory.Exists(images)
                ? Directory.EnumerateFiles(images, "*", SearchOption.AllDirectories)
                    .Select(path => Below(images, path))
                    .ToHashSet(StringComparer.Ordinal)
                : new HashSet<string>());
    }

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

    private static string Below(string folder, string path) => Path.GetRelativePath(folder, path).Replace(Path.DirectorySeparatorChar, '/');
}
