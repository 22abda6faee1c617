using Microsoft.Extensions.Options;
using Npgsql;

namespace PhysioSite.Data.Providers;

/// <summary>Refuses settings of one provider that are used with the other, because the operator then expects something else.</summary>
internal sealed class DatabaseOptionsValidator(IOptions<DataOptions> data) : IValidateOptions<DatabaseOptions>
{
    public ValidateOptionsResult Validate(string? name, DatabaseOptions options)
    {
        var problem = options.Provider switch
        {
            DatabaseProvider.Sqlite => ProblemWithSqlite(options),
            DatabaseProvider.PostgreSql => ProblemOf(options.ConnectionString),
            _ => "Database:Provider must be Sqlite or PostgreSql.",
        };
        return problem is null ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(problem);
    }

    private string? ProblemWithSqlite(DatabaseOptions options) =>
        options.ConnectionString.Length > 0
            ? "Database:ConnectionString is set, but SQLite does not use it: its file is in Data:Folder. To use PostgreSQL, set "
                + "Database:Provider (environment: Database__Provider) to PostgreSql. Otherwise remove Database:ConnectionString."
            : data.Value.KeyCertificate.Length > 0
                ? "Data:KeyCertificate is set, but SQLite does not use it: the keys are files in the data folder. Remove it, or set "
                    + "Database:Provider (environment: Database__Provider) to PostgreSql."
                : null;

    private static string? ProblemOf(string connectionString)
    {
        const string example = "For example: Host=db.example.org;Database=physiosite;Username=physiosite;Password=...";
        if (connectionString.Length == 0)
        {
            return "Database:ConnectionString is not set. Set it (environment: Database__ConnectionString) to the PostgreSQL database. "
                + example;
        }

        try
        {
            var parts = new NpgsqlConnectionStringBuilder(connectionString);
            return parts is { Host.Length: > 0, Database.Length: > 0 }
                ? null
                : $"Database:ConnectionString must name at least Host and Database. {example}";
        }
        catch (Exception e) when (e is ArgumentException or FormatException or InvalidCastException or OverflowException)
        {
            // The message could repeat a part of the password.
            return $"Database:ConnectionString has an unknown keyword or a value that is not valid. {example}";
        }
    }
}
