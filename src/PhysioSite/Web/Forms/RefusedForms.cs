using System.Text.Json;
using PhysioSite.Data;

namespace PhysioSite.Web.Forms;

/// <summary>A form that was refused although the browser says that it comes from a page of this site.</summary>
/// <param name="Count">Number of such forms in the hour before.</param>
public sealed record RefusedForm(DateTime AtUtc, string Origin, string Address, int Count);

/// <summary>
/// Records forms that are refused because of their origin. A proxy or a setting that makes the site refuse its own forms does not prevent
/// reading, so it would go unnoticed. The last one is written to the data folder, where the doctor command finds it.
/// </summary>
public sealed partial class RefusedForms(DataFolder folder, TimeProvider time, ILogger<RefusedForms> log)
{
    public static readonly TimeSpan Window = TimeSpan.FromHours(1);

    private static readonly TimeSpan LogInterval = TimeSpan.FromMinutes(1);

    private const int LongestValue = 200;

    private readonly Lock _lock = new();
    private RefusedForm? _last;
    private DateTime _nextLogUtc;
    private int _notLogged;

    /// <summary>The last refused form of the hour before. Null when there was none.</summary>
    public RefusedForm? Last
    {
        get
        {
            lock (_lock)
            {
                return _last is { } last && time.GetUtcNow().UtcDateTime - last.AtUtc < Window ? last : null;
            }
        }
    }

    /// <summary>The last refused form that a running or earlier process recorded.</summary>
    public static RefusedForm? Read(DataFolder folder)
    {
        try
        {
            return JsonSerializer.Deserialize<RefusedForm>(System.IO.File.ReadAllText(File(folder)));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException)
        {
            return null;
        }
    }

    /// <summary>Counts a refused form, and logs at most one each minute.</summary>
    public void Record(HttpRequest request)
    {
        var now = time.GetUtcNow().UtcDateTime;
        var origin = Shorten(request.Headers.Origin.ToString());
        var address = Shorten($"{request.Scheme}://{request.Host}");
        var fromOwnPage = request.Headers["Sec-Fetch-Site"] == "same-origin";
        RefusedForm? toWrite = null;
        lock (_lock)
        {
            if (fromOwnPage)
            {
                var count = _last is { } last && now - last.AtUtc < Window ? last.Count + 1 : 1;
                _last = new RefusedForm(now, origin, address, count);
            }

            if (now < _nextLogUtc)
            {
                _notLogged++;
                return;
            }

            LogRefused(origin, address, fromOwnPage, _notLogged);
            (_nextLogUtc, _notLogged) = (now + LogInterval, 0);
            toWrite = fromOwnPage ? _last : null;
        }

        if (toWrite is not null)
        {
            Write(toWrite);
        }
    }

    private static string File(DataFolder folder) => Path.Combine(folder.Path, "refused-form.json");

    /// <summary>The values are sent by a client.</summary>
    private static string Shorten(string text) =>
        string.Concat(text.Where(c => c is > ' ' and <= '~').Take(LongestValue));

    private void Write(RefusedForm refused)
    {
        try
        {
            PrivateFile.Write(File(folder), JsonSerializer.SerializeToUtf8Bytes(refused));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            LogNotWritten(e.GetType().Name);
        }
    }

    [LoggerMessage(
        Level = LogLevel.Warning,
        Message = "A form was refused: its Origin is {Origin}, this site is {Address} (from a page of this site: {FromOwnPage}). "
            + "{NotLogged} more since the last message. Check Site:PublicOrigin, and the headers that the proxy sets")]
    private partial void LogRefused(string origin, string address, bool fromOwnPage, int notLogged);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The last refused form could not be written to the data folder ({Exception})")]
    private partial void LogNotWritten(string exception);
}
