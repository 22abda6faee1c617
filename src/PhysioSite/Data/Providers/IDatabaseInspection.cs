namespace PhysioSite.Data.Providers;

/// <summary>What the commands need to examine a database without changing it. The site may be running.</summary>
internal interface IDatabaseInspection
{
    /// <summary>For <see cref="SiteDbContext"/>.</summary>
    public string ReadOnlyConnectionString { get; }

    /// <summary>What to do when there is no database yet.</summary>
    public string Missing { get; }

    /// <returns>Null when there is no database yet, or it has no tables: the first start of the site makes them.</returns>
    /// <exception cref="StartupException">The database cannot be reached.</exception>
    public Task<DatabaseReader?> OpenAsync(CancellationToken cancellationToken);

    /// <summary>Checks the database itself.</summary>
    /// <returns>A description, such as "sound, 4,096 bytes, SQLite 3.53.4".</returns>
    /// <exception cref="StartupException">The database is damaged.</exception>
    public Task<string> CheckAsync(DatabaseReader database, CancellationToken cancellationToken);

    /// <summary>Describes the last backup, as far as the database or the data folder knows of it.</summary>
    /// <exception cref="StartupException">It is too old, or failed.</exception>
    public Task<string> CheckBackupAsync(DatabaseReader database, DateTimeOffset now, CancellationToken cancellationToken);
}
