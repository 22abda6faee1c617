namespace PhysioSite.Tests.Support;

/// <summary>A copy of the sample content that a test may change and spoil.</summary>
public sealed class ContentCopy : IDisposable
{
    public ContentCopy()
    {
        foreach (var file in Directory.EnumerateFiles(Site.ContentPath, "*", SearchOption.AllDirectories))
        {
            var copy = Path.Combine(Folder, Path.GetRelativePath(Site.ContentPath, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }
    }

    public string Folder { get; } = Directory.CreateTempSubdirectory("physiosite-content-").FullName;

    public string Read(string file) => File.ReadAllText(Path.Combine(Folder, file));

    /// <summary>Written beside and renamed, as editors do, so that nobody reads half of it.</summary>
    public void Write(string file, string text)
    {
        var path = Path.Combine(Folder, file);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path + ".draft", text);
        File.Move(path + ".draft", path, overwrite: true);
    }

    public void Delete(string file) => File.Delete(Path.Combine(Folder, file));

    /// <summary>Replaces the first <paramref name="old"/>, which must be there.</summary>
    /// <returns>The 1-based line it starts on.</returns>
    public int Replace(string file, string old, string with)
    {
        var text = Read(file);
        var at = text.IndexOf(old, StringComparison.Ordinal);
        Assert.True(at >= 0, $"{file} has no \"{old}\".");
        Write(file, text[..at] + with + text[(at + old.Length)..]);
        return text[..at].Count(character => character == '\n') + 1;
    }

    /// <summary>Adds a paragraph at the end.</summary>
    /// <returns>The 1-based line it starts on.</returns>
    public int Append(string file, string paragraph)
    {
        var text = Read(file).TrimEnd() + "\n\n";
        Write(file, text + paragraph + "\n");
        return text.Count(character => character == '\n') + 1;
    }

    public void Dispose() => Directory.Delete(Folder, recursive: true);
}
