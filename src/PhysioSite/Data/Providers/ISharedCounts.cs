namespace PhysioSite.Data.Providers;

/// <param name="Count">Events in the current window, with this one.</param>
/// <param name="Left">Until the window ends.</param>
public readonly record struct WindowCount(int Count, TimeSpan Left);

/// <summary>
/// Counts what happens on all instances of the site together. Values are stored as keyed hashes, and only for the time in which they count.
/// An instance also counts by itself, which is what limits it while this returns null: there is no other instance, or the database does not
/// answer.
/// </summary>
public interface ISharedCounts
{
    /// <summary>Counts an event of a value, in a window of time that begins with the first one.</summary>
    public Task<WindowCount?> CountAsync(string value, TimeSpan window);

    /// <summary>Counts the different members of a value that were added within a time, with this one.</summary>
    public Task<int?> CountMembersAsync(string value, string member, TimeSpan lifetime);
}
