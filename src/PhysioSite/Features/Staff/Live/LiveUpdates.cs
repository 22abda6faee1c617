using PhysioSite.Data.Providers;

namespace PhysioSite.Features.Staff.Live;

/// <summary>The request that a page shows.</summary>
public sealed record ShownRequest(Guid Id, string ClinicSlug);

/// <summary>
/// Tells the streams of signed-in staff about changes, on all instances. It holds no data of patients; messages between instances name
/// nothing but a clinic. When messages may have been missed, each stream is told that anything may have changed.
/// </summary>
public sealed class LiveUpdates
{
    /// <summary>
    /// Streams of one session. A browser opens at most six connections to a site over HTTP/1.1, and needs one for the pages.
    /// </summary>
    public const int StreamsPerSession = 4;

    private const string ChangedMessage = "changed ";
    private const string SessionsMessage = "sessions";

    private readonly IInstanceMessages _instances;
    private readonly Lock _lock = new();
    private readonly List<LiveSubscription> _streams = [];

    public LiveUpdates(IInstanceMessages instances)
    {
        _instances = instances;
        instances.Subscribe(Receive, () => Add(null));
    }

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

    /// <summary>Tells every stream of a request that was stored, opened or closed.</summary>
    public void Publish(string clinicSlug)
    {
        Add(clinicSlug);
        _instances.Send(ChangedMessage + clinicSlug);
    }

    /// <summary>Makes each stream check whether its session still exists.</summary>
    public void CheckSessions()
    {
        Wake();
        _instances.Send(SessionsMessage);
    }

    /// <summary>A message of another instance. One of a later version may be unknown.</summary>
    private void Receive(string message)
    {
        if (message.StartsWith(ChangedMessage, StringComparison.Ordinal))
        {
            Add(message[ChangedMessage.Length..]);
        }
        else
        {
            Wake();
        }
    }

    /// <param name="clinicSlug">Null when it is not known what changed.</param>
    private void Add(string? clinicSlug)
    {
        foreach (var stream in Streams())
        {
            stream.Add(clinicSlug);
        }
    }

    private void Wake()
    {
        foreach (var stream in Streams())
        {
            stream.Wake();
        }
    }

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
}
