using PhysioSite.Data.Saving;

namespace PhysioSite.Email.Outbox;

/// <summary>Notifies the worker that there are emails to send.</summary>
public sealed class OutboxSignal : IDisposable
{
    private readonly SemaphoreSlim _signal = new(0, 1);

    public void Set()
    {
        try
        {
            _signal.Release();
        }
        catch (SemaphoreFullException)
        {
            // The signal is already set.
        }
    }

    internal Task<bool> WaitAsync(TimeSpan atMost, CancellationToken cancellationToken) => _signal.WaitAsync(atMost, cancellationToken);

    public void Dispose() => _signal.Dispose();
}

/// <summary>Sets the signal after each save of an email.</summary>
internal sealed class SavedEmails(OutboxSignal signal) : ISavedRowsObserver
{
    public void OnSaved(IReadOnlyCollection<object> entities)
    {
        if (entities.OfType<OutboxEmail>().Any())
        {
            signal.Set();
        }
    }
}
