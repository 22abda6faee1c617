using Microsoft.EntityFrameworkCore.Diagnostics;

namespace PhysioSite.Data.Saving;

/// <summary>Is notified after each commit of entities. Bulk updates and deletes are not reported.</summary>
public interface ISavedRowsObserver
{
    /// <param name="entities">The entities of the commit. Those that did not change may be among them.</param>
    public void OnSaved(IReadOnlyCollection<object> entities);
}

/// <summary>Notifies the observers after <c>SaveChangesAsync</c>.</summary>
internal sealed class SavedRowsInterceptor(IEnumerable<ISavedRowsObserver> observers) : SaveChangesInterceptor
{
    private readonly ISavedRowsObserver[] _observers = [.. observers];

    public override ValueTask<int> SavedChangesAsync(
        SaveChangesCompletedEventData eventData, int result, CancellationToken cancellationToken = default)
    {
        var entities = eventData.Context!.ChangeTracker.Entries().Select(entry => entry.Entity).ToList();
        foreach (var observer in _observers)
        {
            observer.OnSaved(entities);
        }

        return base.SavedChangesAsync(eventData, result, cancellationToken);
    }
}
