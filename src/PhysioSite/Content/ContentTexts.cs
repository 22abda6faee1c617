namespace PhysioSite.Content;

/// <summary>The content folder as it is on disk, by path below it with forward slashes.</summary>
/// <param name="Images">Paths below <c>images/</c>.</param>
internal sealed record ContentTexts(IReadOnlyDictionary<string, string> Texts, IReadOnlySet<string> Images)
{
    /// <exception cref="ContentException">The folder is not there.</exception>
    public static ContentTexts Load(string folder)
    {
        if (!File.Exists(Path.Combine(folder, "site.yml")))
        {
            throw new ContentException($"There is no site.yml in the content folder {folder}. Set Content:Folder (environment: Content__Folder) to the folder that holds site.yml.");
        }

        var texts = Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories)
            .Where(path => Path.GetExtension(path) is ".md" or ".yml")
            .ToDictionary(path => Below(folder, path), path => File.ReadAllText(path).ReplaceLineEndings("\n"), StringComparer.Ordinal);
        var images = Path.Combine(folder, "images");
        return new ContentTexts(
            texts,
            Directory.Exists(images)
                ? Directory.EnumerateFiles(images, "*", SearchOption.AllDirectories).Select(path => Below(images, path)).ToHashSet(StringComparer.Ordinal)
                : new HashSet<string>());
    }

    /// <summary>The same files, but each of <paramref name="files"/> as it was in <paramref name="earlier"/>.</summary>
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
