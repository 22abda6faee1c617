using PhysioSite.Content.Reading;

namespace PhysioSite.Content;

/// <summary>
/// The site's content. All content is read at startup, and startup fails with a list of every problem. <see cref="Reload"/> reads it
/// again; a file with a problem then keeps its last valid version.
/// </summary>
public sealed partial class ContentLibrary
{
    private readonly string _folder;
    private readonly ILogger<ContentLibrary> _log;
    private readonly Lock _reloading = new();
    private volatile State _state;

    /// <exception cref="ContentException">A file has a problem.</exception>
    public ContentLibrary(string folder, ILogger<ContentLibrary> log)
    {
        _folder = folder;
        _log = log;
        var texts = ContentTexts.Load(folder);
        var (contents, problems) = ContentReader.Read(texts);
        _state = problems.Count == 0 ? new State(contents, texts, []) : throw new ContentException(folder, problems);
        LogRead(folder, English.Articles.Count, English.Clinics.Count, English.Positions.Count, contents.Count);
    }

    /// <summary>The content in the language of the current UI culture, or in English.</summary>
    public SiteContent Current => _state.Contents.FirstOrDefault(content => content.Language.IsCurrent) ?? English;

    public SiteContent English => _state.Contents[0];

    /// <summary>The content of every language, English first.</summary>
    public IReadOnlyList<SiteContent> Languages => _state.Contents;

    /// <summary>Problems in the files on disk. The site uses earlier versions of these files.</summary>
    public IReadOnlyList<ContentProblem> Problems => _state.Problems;

    public void Reload()
    {
        lock (_reloading)
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

            var (contents, problems) = ContentReader.Read(texts);
            if (problems.Count > 0)
            {
                texts = texts.WithEarlier(problems.Select(problem => problem.File).Distinct(), before.Texts);
                contents = ContentReader.Read(texts).Contents;
            }

            // If the previous version of one file is incompatible with the new version of another, no file is updated.
            _state = contents.Count == 0 ? before with { Problems = problems } : new State(contents, texts, problems);
            if (problems.Count == 0)
            {
                LogReloaded();
            }
            else
            {
                LogKept(problems.Count, string.Join(Environment.NewLine, problems));
            }
        }
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

    private sealed record State(IReadOnlyList<SiteContent> Contents, ContentTexts Texts, IReadOnlyList<ContentProblem> Problems);
}
