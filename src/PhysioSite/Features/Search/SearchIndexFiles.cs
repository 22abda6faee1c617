using System.Data.Common;
using PhysioSite.Content;
using PhysioSite.Content.Model;
using PhysioSite.Data;
using PhysioSite.Data.FullText;

namespace PhysioSite.Features.Search;

/// <summary>
/// Keeps built indexes as files of the data folder, so that a start with the same content and program does not build them again. A file is
/// complete or not there. Without one that can be used, the index is built; when none can be written, in memory.
/// </summary>
public sealed partial class SearchIndexFiles(ContentLibrary library, DataFolder data, ILogger<SearchIndexFiles> log)
{
    private readonly string _folder = data.SearchIndexes;

    /// <summary>Opens the index of the content, and builds it when there is none.</summary>
    internal SearchIndex Open(SiteContent content, CancellationToken cancellationToken)
    {
        try
        {
            if (library.FingerprintOf(content) is { } fingerprint)
            {
                var file = FileOf(content.Language.Code, fingerprint);
                return Read(file, content) ?? Build(file, content, fingerprint, cancellationToken);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or DbException)
        {
            var (exception, reason) = StorageFailure.ForLog(e);
            LogNotKept(exception, _folder, reason);
        }

        var database = FullTextDatabase.InMemory();
        SearchIndex.Build(content, database, cancellationToken);
        return new SearchIndex(content, database);
    }

    /// <summary>Deletes the file of an index that turned out to be damaged.</summary>
    internal void Delete(SiteContent content)
    {
        if (library.FingerprintOf(content) is { } fingerprint)
        {
            Delete(FileOf(content.Language.Code, fingerprint));
        }
    }

    private static SearchIndex? Read(string file, SiteContent content)
    {
        if (!File.Exists(file))
        {
            return null;
        }

        FullTextDatabase? database = null;
        try
        {
            database = FullTextDatabase.OpenReadOnly(file);
            return new SearchIndex(content, database);
        }
        catch (DbException)
        {
            // It is damaged, and built again.
            database?.Dispose();
            return null;
        }
    }

    private SearchIndex Build(string file, SiteContent content, string fingerprint, CancellationToken cancellationToken)
    {
        PrivateFile.CreateFolder(_folder);
        var draft = $"{file}.{Guid.NewGuid():N}";
        try
        {
            using (var database = FullTextDatabase.Create(draft))
            {
                SearchIndex.Build(content, database, cancellationToken);
            }

            PrivateFile.Publish(draft, file, overwrite: true);
        }
        catch
        {
            Delete(draft);
            throw;
        }

        var current = Path.GetFileName(FileOf("", fingerprint));
        foreach (var other in Directory.EnumerateFiles(_folder).Where(other => !other.EndsWith(current, StringComparison.Ordinal)))
        {
            Delete(other);
        }

        return new SearchIndex(content, FullTextDatabase.OpenReadOnly(file));
    }

    /// <summary>The rules of the index are part of the program, which the fingerprint includes.</summary>
    private string FileOf(string language, string fingerprint) =>
        Path.Combine(_folder, $"{language}-{fingerprint}-{FullTextDatabase.Version}.db");

    private static void Delete(string file)
    {
        try
        {
            File.Delete(file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // It is in use, or the folder is not writable. It is deleted with the next change of the content.
        }
    }

    [LoggerMessage(
        Level = LogLevel.Warning,
        Message = "The search index cannot be kept in {Folder}; it is built again at the next start: {Reason}")]
    private partial void LogNotKept(Exception? exception, string folder, string reason);
}
