using System.Globalization;
using Npgsql;
using PhysioSite.Data.Providers;

namespace PhysioSite.Data.PostgreSql;

internal sealed class PostgreSqlInspection(PostgreSqlConnection database) : IDatabaseInspection
{
    public string ReadOnlyConnectionString => database.ReadOnlyText;

    public string Missing =>
        "The PostgreSQL database has no tables yet. The first start of the site makes them; "
        + "if there should be some, check Database:ConnectionString.";

    public async Task<DatabaseReader?> OpenAsync(CancellationToken cancellationToken)
    {
        try
        {
            var reader = new DatabaseReader(await database.OpenAsync(isReadOnly: true, cancellationToken));
            if (await reader.ScalarAsync("""SELECT to_regclass('"__EFMigrationsHistory"') IS NOT NULL""", cancellationToken) is true)
            {
                return reader;
            }

            await reader.DisposeAsync();
            return null;
        }
        catch (NpgsqlException e)
        {
            throw new StartupException(PostgreSqlConnection.Explain(e), e);
        }
    }

    public async Task<string> CheckAsync(DatabaseReader database, CancellationToken cancellationToken)
    {
        var size = await database.ScalarAsync("SELECT pg_database_size(current_database())", cancellationToken);
        var version = await database.ScalarAsync("SHOW server_version", cancellationToken);
        return string.Create(CultureInfo.InvariantCulture, $"answers, {size:N0} bytes, PostgreSQL {version}");
    }
}
