using System.Collections.Concurrent;

namespace PhysioSite.Features.Staff.Live;

/// <summary>A change of a request, or of who has it open.</summary>
public sealed record RequestChange(string Reference, string ClinicSlug);

/// <summary>
/// Tells the streams of signed-in staff about changes in this process. It holds no data of patients. Changes that another process makes
/// are found when a desk reads its list again, once a minute.
/// </summary>
public sealed class LiveUpdates
{
    /// <summary>
    /// Streams of one session. A browser opens at most six connections to a site over HTTP/1.1, and needs one for the pages.
    /// </summary>
    public const int StreamsPerSession = 4;

    private readonly Lock _lock = new();
    private readonly List<LiveSubscription> _streams = [];
    private readonly ConcurrentDictionary<Guid, OpenRequest> _open = new();

    /// <summary>Starts to listen. The oldest stream of the session ends when there are too many.</summary>
    /// <param name="session">The hash of the session's key.</param>
    public LiveSubscription Subscribe(string session)
    {
        var stream = new LiveSubscription(session, Remove);
        lock (_lock)
        {
            var own = _streams.Where(other => other.Session == session).ToList();
            foreach (var oldest in own.Take(own.Count - StreamsPerSession + 1))
            {
                oldest.Replace();
                _streams.Remove(oldest);
            }

            _streams.Add(stream);
        }

        return stream;
    }

    public void Publish(RequestChange change)
    {
        foreach (var stream in Streams())
        {
            stream.Add(change);
        }
    }

    /// <summary>Makes each stream check whether its session still exists.</summary>
    public void CheckSessions()
    {
        foreach (var stream in Streams())
        {
            stream.Wake();
        }
    }

    /// <summary>Records that a person has a request open, until the result is disposed.</summary>
    public IDisposable Open(RequestChange request, Guid person, string name)
    {
        var id = Guid.NewGuid();
        _open[id] = new OpenRequest(request.Reference, person, FirstName(name));
        Publish(request);
        return new Closing(() =>
        {
            _open.TryRemove(id, out _);
            Publish(request);
        });
    }

    /// <summary>The first names of the people who have the request open, without <paramref name="except"/>.</summary>
    public IReadOnlyList<string> OpenBy(string reference, Guid except) =>
    [
        .. _open.Values
            .Where(open => open.Reference == reference && open.Person != except)
            .Select(open => open.FirstName)
            .Distinct()
            .Order(StringComparer.Ordinal),
    ];

    private static string FirstName(string name) => name.Split(' ', 2)[0];

    private LiveSubscription[] Streams()
    {
        lock (_lock)
        {
            return [.. _streams];
        }
    }

    private void Remove(LiveSubscription stream)
    {
        lock (_lock)
        {
            _streams.Remove(stream);
        }
    }

    private sealed record OpenRequest(string Reference, Guid Person, string FirstName);

    private sealed class Closing(Action close) : IDisposable
    {
        public void Dispose() => close();
    }
}
