namespace PhysioSite.TestSupport;

/// <summary>A copy of the sample content that a test may change or make invalid.</summary>
public sealed class ContentCopy : IDisposable
{
    public ContentCopy()
    {
        foreach (var file in Directory.EnumerateFiles(Repository.ContentPath, "*", SearchOption.AllDirectories))
        {
            var copy = Path.Combine(Folder, Path.GetRelativePath(Repository.ContentPath, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }
    }

    public string Folder { get; } = Directory.CreateTempSubdirectory("physiosite-content-").FullName;

    public string Read(string file) => File.ReadAllText(Path.Combine(Folder, file));

    /// <summary>Writes a temporary file and renames it, as editors do, so that a partial file is never read.</summary>
    public void Write(string file, string text)
    {
        var path = Path.Combine(Folder, file);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path + ".draft", text);
        File.Move(path + ".draft", path, overwrite: true);
    }

    public void Delete(string file) => File.Delete(Path.Combine(Folder, file));

    /// <summary>Replaces the first occurrence of <paramref name="old"/>, which must exist.</summary>
    /// <returns>The 1-based number of its first line.</returns>
    public int Replace(string file, string old, string with)
    {
        var text = Read(file);
        var at = text.IndexOf(old, StringComparison.Ordinal);
        Assert.True(at >= 0, $"{file} has no \"{old}\".");
        Write(file, text[..at] + with + text[(at + old.Length)..]);
        return text[..at].Count(character => character == '\n') + 1;
    }

    /// <summary>Adds a paragraph at the end of the file.</summary>
    /// <returns>The 1-based number of its first line.</returns>
    public int Append(string file, string paragraph)
    {
        var text = Read(file).TrimEnd() + "\n\n";
        Write(file, text + paragraph + "\n");
        return text.Count(character => character == '\n') + 1;
    }

    public void Dispose() => Directory.Delete(Folder, recursive: true);
}
