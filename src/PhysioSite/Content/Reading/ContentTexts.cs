using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text.Json;
using PhysioSite.Data;

namespace PhysioSite.Content.Reading;

/// <summary>The files of the content folder on disk, by path relative to the folder, with forward slashes.</summary>
/// <param name="Texts">A file that cannot be read has an empty text and a problem.</param>
/// <param name="Images">The full paths of the pictures, by path relative to <c>images/</c>.</param>
/// <param name="Problems">The files that cannot be read.</param>
internal sealed record ContentTexts(
    IReadOnlyDictionary<string, string> Texts, IReadOnlyDictionary<string, string> Images, IReadOnlyList<ContentProblem> Problems)
{
    private const string SiteFile = "site.yml";
    private const string ImagesFolder = "images";

    /// <summary>
    /// Extensions of texts, in any spelling, so that a file that is not used because of its name is reported instead of ignored. Files
    /// with other extensions, such as the backup copies of editors, are skipped.
    /// </summary>
    private static readonly HashSet<string> Extensions = new(StringComparer.OrdinalIgnoreCase)
    {
        ".md", ".markdown", ".mdown", ".mkd", ".mdx", ".yml", ".yaml", ".txt", ".html", ".htm", ".rtf", ".doc", ".docx", ".odt", ".pages",
    };

    /// <exception cref="ContentException">The folder has no content.</exception>
    public static ContentTexts Load(string folder)
    {
        var texts = new Dictionary<string, string>(StringComparer.Ordinal);
        var problems = new List<ContentProblem>();
        foreach (var path in Directory.Exists(folder) ? FilesIn(new DirectoryInfo(folder), problems, folder) : [])
        {
            if (Extensions.Contains(Path.GetExtension(path)) && !IsPicture(path))
            {
                Read(path);
            }
        }

        if (!texts.ContainsKey(SiteFile))
        {
            throw new ContentException(
                $"There is no {SiteFile} in the content folder {folder}. "
                + $"Set Content:Folder (environment: Content__Folder) to the folder that holds {SiteFile}.");
        }

        var images = new DirectoryInfo(Path.Combine(folder, ImagesFolder));
        return new ContentTexts(
            texts,
            (images.Exists ? FilesIn(images, problems, folder) : []).ToDictionary(path => Below(images.FullName, path)),
            [.. problems.Distinct()]);

        bool IsPicture(string path) => Below(folder, path).StartsWith(ImagesFolder + "/", StringComparison.Ordinal);

        void Read(string path)
        {
            var name = Below(folder, path);
            try
            {
                texts[name] = File.ReadAllText(path).ReplaceLineEndings("\n");
            }
            catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException && new FileInfo(path).LinkTarget is null)
            {
                // The file was deleted after the folder was listed.
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                texts[name] = "";
                problems.Add(new(name, 1, $"The file cannot be read: {e.Message}"));
            }
        }
    }

    /// <returns>The texts that <see cref="SaveCopy"/> has saved. Null when there is no such file, or it is damaged.</returns>
    public static ContentTexts? LoadCopy(string file)
    {
        try
        {
            return JsonSerializer.Deserialize<Dictionary<string, string>>(File.ReadAllBytes(file)) is { } texts
                ? new ContentTexts(texts, new Dictionary<string, string>(), [])
                : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException)
        {
            return null;
        }
    }

    /// <summary>Bytes that are not UTF-8 have become replacement characters.</summary>
    /// <param name="isUsed">Which files are checked, by path.</param>
    public IEnumerable<ContentProblem> FindUnreadableCharacters(Func<string, bool> isUsed)
    {
        foreach (var (path, text) in Texts.Where(file => isUsed(file.Key)))
        {
            if (text.AsSpan().IndexOfAny('\uFFFD', '\0') is >= 0 and var at)
            {
                yield return new(
                    path,
                    text.AsSpan(0, at).Count('\n') + 1,
                    "A character here cannot be read. Save the file in the encoding UTF-8, and check the words with accents and quotes.");
            }
        }
    }

    /// <exception cref="IOException">The file cannot be written.</exception>
    public void SaveCopy(string file) => PrivateFile.Write(file, stream => JsonSerializer.Serialize(stream, Texts));

    /// <summary>
    /// A hash of the files, and of the program that reads them. Pictures count by their name, length and time of change.
    /// </summary>
    public string Fingerprint() => Fingerprint(typeof(ContentTexts).Module.ModuleVersionId);

    /// <param name="program">The version of the program.</param>
    internal string Fingerprint(Guid program)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        void Add(string text)
        {
            hash.AppendData(BitConverter.GetBytes(text.Length));
            hash.AppendData(MemoryMarshal.AsBytes(text.AsSpan()));
        }

        Add(program.ToString());
        foreach (var (path, text) in Texts.OrderBy(file => file.Key, StringComparer.Ordinal))
        {
            Add(path);
            Add(text);
        }

        foreach (var (path, file) in Images.OrderBy(file => file.Key, StringComparer.Ordinal))
        {
            var info = new FileInfo(file);
            Add(path);
            Add(info.Exists ? string.Create(CultureInfo.InvariantCulture, $"{info.Length} {info.LastWriteTimeUtc:O}") : "missing");
        }

        return Convert.ToHexString(hash.GetHashAndReset());
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

        return this with { Texts = texts, Problems = [] };
    }

    /// <summary>
    /// Skips what operating systems and editors leave: hidden files and folders, and names that begin with a tilde. Follows links, except
    /// one to a folder that contains it.
    /// </summary>
    /// <param name="root">The content folder, for the names in problems.</param>
    private static IEnumerable<string> FilesIn(DirectoryInfo folder, List<ContentProblem> problems, string root)
    {
        FileSystemInfo[] entries;
        try
        {
            entries = folder.GetFileSystemInfos();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            problems.Add(new(Below(root, folder.FullName), 1, $"The folder cannot be read: {e.Message}"));
            yield break;
        }

        foreach (var entry in entries)
        {
            if (entry.Name[0] is '.' or '~' || entry.Attributes.HasFlag(FileAttributes.Hidden) || IsLoop(entry))
            {
                continue;
            }

            if (entry is not DirectoryInfo below)
            {
                yield return entry.FullName;
                continue;
            }

            if (Extensions.Contains(entry.Extension))
            {
                problems.Add(new(Below(root, entry.FullName), 1, "This is a folder. Give it a name without an extension."));
            }

            foreach (var path in FilesIn(below, problems, root))
            {
                yield return path;
            }
        }
    }

    private static bool IsLoop(FileSystemInfo entry)
    {
        if (entry is not DirectoryInfo { LinkTarget: not null } link)
        {
            return false;
        }

        var target = link.ResolveLinkTarget(returnFinalTarget: true)?.FullName;
        return target is null
            || (link.FullName + Path.DirectorySeparatorChar)
                .StartsWith(target.TrimEnd(Path.DirectorySeparatorChar) + Path.DirectorySeparatorChar, StringComparison.Ordinal);
    }

    private static string Below(string folder, string path) => Path.GetRelativePath(folder, path).Replace(Path.DirectorySeparatorChar, '/');
}
