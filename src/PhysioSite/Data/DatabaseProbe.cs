using PhysioSite.Data.Providers;

namespace PhysioSite.Data;

/// <summary>Checks whether the database can be written, by a write that changes nothing of the data.</summary>
public sealed class DatabaseProbe(DataFolder folder, IDatabaseMaintenance database, TimeProvider time) : IDisposable
{
    /// <summary>In bytes. Requests are still stored below it, but not for long.</summary>
    public const long LeastSpace = 500L * 1024 * 1024;

    /// <summary>A probe costs a write to the disk, and anybody may ask for readiness.</summary>
    private static readonly TimeSpan Lifetime = TimeSpan.FromSeconds(30);

    /// <summary>Shorter, because a load balancer sends nothing to an instance that is not ready.</summary>
    private static readonly TimeSpan LifetimeOfAProblem = TimeSpan.FromSeconds(2);

    private readonly SemaphoreSlim _turn = new(1, 1);
    private DateTime _atUtc;
    private string? _problem;

    /// <summary>The free space on the disk of the data folder, in bytes.</summary>
    public long FreeSpace => new DriveInfo(folder.Path).AvailableFreeSpace;

    /// <returns>Why the database cannot be written. Null when it can.</returns>
    public async Task<string?> FindProblemAsync(SiteDbContext db, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            var now = time.GetUtcNow().UtcDateTime;
            if (now - _atUtc is var age && (age > (_problem is null ? Lifetime : LifetimeOfAProblem) || age < TimeSpan.Zero))
            {
                _problem = await database.FindWriteProblemAsync(db, cancellationToken);
                _atUtc = now;
            }

            return _problem;
        }
        finally
        {
            _turn.Release();
        }
    }

    public void Dispose() => _turn.Dispose();
}
