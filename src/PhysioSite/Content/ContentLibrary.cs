using System.Text;
using PhysioSite.Content.Model;
using PhysioSite.Content.Pictures;
using PhysioSite.Content.Reading;
using PhysioSite.Data;

namespace PhysioSite.Content;

/// <summary>
/// The site's content. All content is read at startup, and <see cref="Reload"/> reads it again. A file with a problem keeps its last valid
/// version; at startup that is the version of the copy in the data folder. Without one, startup fails with a list of every problem.
/// </summary>
public sealed partial class ContentLibrary
{
    private readonly string _folder;
    private readonly string? _copy;
    private readonly PictureStore _pictures;
    private readonly ILogger<ContentLibrary> _log;
    private readonly Lock _reloading = new();
    private readonly AsyncLocal<VersionInUse?> _used = new();
    private volatile State _state;

    /// <summary>The valid version of every file. Null when the copy has it, because it takes as much memory as all the rest.</summary>
    private ContentTexts? _unsaved;

    /// <param name="folder">The folder that contains <c>site.yml</c>.</param>
    /// <param name="log">Receives what was read, and problems.</param>
    /// <param name="copy">The file of <see cref="SaveCopy"/>. Null when nothing is saved.</param>
    /// <param name="pictures">The cache folder of the prepared pictures. Null when nothing is written.</param>
    /// <exception cref="ContentException">A file has a problem, and the copy has no valid version of it.</exception>
    public ContentLibrary(string folder, ILogger<ContentLibrary> log, string? copy = null, string? pictures = null)
    {
        _folder = folder;
        _copy = copy;
        _pictures = new PictureStore(pictures);
        _log = log;
        var texts = ContentTexts.Load(folder);
        var fingerprint = new Lazy<string>(texts.Fingerprint);
        var isSaved = IsSaved(fingerprint);
        var (contents, problems) = ContentReader.Read(texts, pictures: _pictures, areTextsKnown: isSaved);
        if (problems.Count == 0)
        {
            _state = new State(contents, [], fingerprint);
            _unsaved = isSaved ? null : texts;
        }
        else
        {
            var earlier = LoadCopy();

            // Without valid texts, the copy is better than no site, even with a picture that was deleted since.
            _state = Replace(texts, problems, earlier) ?? Replace(texts, problems, earlier, checksTexts: false)
                ?? throw new ContentException(folder, problems);
            LogKept(problems.Count, string.Join(Environment.NewLine, problems));
        }

        LogRead(folder, English.Articles.Count, English.Clinics.Count, English.Positions.Count, Languages.Count);
    }

    /// <summary>Raised after each reload.</summary>
    public event Action? Reloaded;

    /// <summary>Identifies the latest version. It is another object after each reload.</summary>
    public object Version => _state;

    /// <summary>The content in the language of the current UI culture, or in English.</summary>
    public SiteContent Current => Languages.FirstOrDefault(content => content.Language.IsCurrent) ?? English;

    public SiteContent English => Languages[0];

    /// <summary>The content of every language, English first.</summary>
    public IReadOnlyList<SiteContent> Languages => (_used.Value?.State ?? _state).Contents;

    /// <summary>Problems in the files on disk. The site uses earlier versions of these files.</summary>
    public IReadOnlyList<ContentProblem> Problems => _state.Problems;

    /// <summary>
    /// A hash of the content in all languages and of the program, which is the same at the next start with both. Null for content that was
    /// replaced.
    /// </summary>
    public string? FingerprintOf(SiteContent content) =>
        _state is var state && state.Contents.Contains(content) ? state.Fingerprint.Value : null;

    /// <summary>Uses one version for the rest of the current HTTP request, so that no response mixes two.</summary>
    /// <returns>Ends the use.</returns>
    public IDisposable Use(object version)
    {
        var use = new VersionInUse { State = (State)version };
        _used.Value = use;
        return use;
    }

    /// <summary>
    /// Saves the valid version of every file for the next start. Only the running site calls it, so that commands never write.
    /// </summary>
    public void SaveCopy()
    {
        lock (_reloading)
        {
            if (_copy is null || _unsaved is null)
            {
                return;
            }

            try
            {
                File.Delete(FingerprintFile);
                _unsaved.SaveCopy(_copy);
                _unsaved = null;
                if (_state.Problems.Count == 0)
                {
                    PrivateFile.Write(FingerprintFile, Encoding.ASCII.GetBytes(_state.Fingerprint.Value));
                }
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                LogNotSaved(e);
            }
        }
    }

    public void Reload()
    {
        lock (_reloading)
        {
            ReadAgain();
        }

        Reloaded?.Invoke();
    }

    private void ReadAgain()
    {
        var before = _state;
        ContentTexts texts;
        try
        {
            texts = ContentTexts.Load(_folder);
        }
        catch (Exception e) when (e is ContentException or IOException or UnauthorizedAccessException)
        {
            _state = before with { Problems = [new("site.yml", 1, e.Message)] };
            LogKept(1, e.Message);
            return;
        }

        var (contents, problems) = ContentReader.Read(texts, pictures: _pictures);

        if (problems.Count == 0)
        {
            _state = new State(contents, [], new(texts.Fingerprint));
            _unsaved = texts;
        }
        else
        {
            // If the previous version of one file is incompatible with the new version of another, no file is updated.
            _state = Replace(texts, problems, _unsaved ?? LoadCopy()) ?? before with { Problems = problems };
        }

        SaveCopy();
        if (problems.Count == 0)
        {
            LogReloaded();
        }
        else
        {
            LogKept(problems.Count, string.Join(Environment.NewLine, problems));
        }
    }

    /// <summary>The file with the fingerprint of the texts in the copy, if they are those of the folder and have no problem.</summary>
    private string FingerprintFile => _copy + ".sha256";

    private bool IsSaved(Lazy<string> fingerprint)
    {
        try
        {
            return File.Exists(_copy) && File.Exists(FingerprintFile) && File.ReadAllText(FingerprintFile) == fingerprint.Value;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private ContentTexts? LoadCopy() => _copy is null ? null : ContentTexts.LoadCopy(_copy);

    /// <summary>
    /// Replaces each file that has a problem by its earlier version, or all files when they do not fit together then. Null when there is
    /// no valid earlier version.
    /// </summary>
    private State? Replace(
        ContentTexts texts, IReadOnlyList<ContentProblem> problems, ContentTexts? earlier, bool checksTexts = true)
    {
        if (earlier is null)
        {
            return null;
        }

        foreach (var files in new[] { problems.Select(problem => problem.File).Distinct(), texts.Texts.Keys.Union(earlier.Texts.Keys) })
        {
            var replaced = texts.WithEarlier(files, earlier);
            if (ContentReader.Read(replaced, checksTexts, _pictures).Contents is { Count: > 0 } contents)
            {
                _unsaved = replaced;
                return new State(contents, problems, new(replaced.Fingerprint));
            }
        }

        return null;
    }

    [LoggerMessage(
        Level = LogLevel.Information,
        Message = "Content read from {Folder}: {Articles} articles, {Clinics} clinics, {Positions} positions, {Languages} language(s)")]
    private partial void LogRead(string folder, int articles, int clinics, int positions, int languages);

    [LoggerMessage(Level = LogLevel.Information, Message = "Content changed and was read again")]
    private partial void LogReloaded();

    [LoggerMessage(
        Level = LogLevel.Error,
        Message = "Content has {Count} problem(s); the last good version of each file stays online:\n{Problems}")]
    private partial void LogKept(int count, string problems);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The copy of the valid content for the next start was not saved")]
    private partial void LogNotSaved(Exception e);

    private sealed record State(
        IReadOnlyList<SiteContent> Contents, IReadOnlyList<ContentProblem> Problems, Lazy<string> Fingerprint);

    /// <summary>Emptied at the end, because a timer that was started in the meantime keeps a reference.</summary>
    private sealed class VersionInUse : IDisposable
    {
        public State? State { get; set; }

        public void Dispose() => State = null;
    }
}
