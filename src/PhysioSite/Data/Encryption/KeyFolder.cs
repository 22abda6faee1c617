using System.Collections.Concurrent;
using System.Xml;
using System.Xml.Linq;
using Microsoft.AspNetCore.DataProtection.Repositories;

namespace PhysioSite.Data.Encryption;

/// <summary>
/// Stores the data-protection keys as files and skips damaged files. The framework's own repository throws on a damaged file, which makes
/// every form, cookie and encrypted column unusable for all keys.
/// </summary>
internal sealed partial class KeyFolder(DataFolder folder, ILoggerFactory logs)
    : FileSystemXmlRepository(new DirectoryInfo(folder.Keys), logs), IKeyStore
{
    private readonly ILogger _log = logs.CreateLogger<KeyFolder>();

    /// <summary>What this process has read, by file name. It is in use until the process ends.</summary>
    private readonly ConcurrentDictionary<string, XElement> _used = new(StringComparer.Ordinal);

    public string Location => folder.Keys;

    public string Remedy =>
        $"Put back the copy of {folder.Keys} that was kept apart from the backups, readable for the user that runs the site.";

    public string Advice => $"Keep a copy of {folder.Keys} apart from the backups";

    public int Count() => Files().Count(file => Path.GetFileName(file).StartsWith("key-", StringComparison.Ordinal));

    public string? FindWarning(DateTimeOffset now) => null;

    public string NameOf(Guid key) => $"key-{key:D}.xml";

    public string? FindProblem(Guid key) => Read(Path.Combine(folder.Keys, NameOf(key))).Problem;

    public IReadOnlyList<string> FindProblems() =>
    [
        .. Files()
            .Select(file => (Name: Path.GetFileName(file), Read(file).Problem))
            .Where(file => file.Problem is not null)
            .Select(file => $"{file.Name} {file.Problem}")
            .Order(StringComparer.Ordinal),
    ];

    public IReadOnlyList<string> FindLost() =>
    [
        .. _used
            .Where(used => !XNode.DeepEquals(Read(Path.Combine(folder.Keys, used.Key)).Element, used.Value))
            .Select(used => used.Key)
            .Order(StringComparer.Ordinal),
    ];

    public override IReadOnlyCollection<XElement> GetAllElements()
    {
        var found = new List<XElement>();
        foreach (var file in Files())
        {
            var (element, problem) = Read(file);
            if (element is null)
            {
                LogLeftOut(Path.GetFileName(file), problem);
                continue;
            }

            found.Add(element);
            _used.TryAdd(Path.GetFileName(file), element);
        }

        return found;
    }

    public override void StoreElement(XElement element, string friendlyName)
    {
        PrivateFile.CreateFolder(folder.Keys);
        base.StoreElement(element, friendlyName);
        foreach (var file in Files())
        {
            FileOwner.Inherit(folder.Path, file);
        }
    }

    private IEnumerable<string> Files() =>
        System.IO.Directory.Exists(folder.Keys) ? System.IO.Directory.EnumerateFiles(folder.Keys, "*.xml") : [];

    private static (XElement? Element, string? Problem) Read(string file)
    {
        try
        {
            var element = XElement.Load(file);
            return element.Name.LocalName is "key" or "revocation" ? (element, null) : (null, "is damaged");
        }
        catch (XmlException)
        {
            return (null, "is damaged");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return (null, $"cannot be read ({e.Message})");
        }
    }

    [LoggerMessage(
        Level = LogLevel.Error,
        Message = "The key file {File} {Problem} and is left out; what was encrypted with it cannot be read. Put back its copy")]
    private partial void LogLeftOut(string file, string? problem);
}
