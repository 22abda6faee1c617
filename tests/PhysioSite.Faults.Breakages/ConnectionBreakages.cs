using System.Data.Common;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace PhysioSite.Faults.Breakages;

/// <summary>Changes the settings of each connection to the database, after the site has set its own.</summary>
internal sealed class ConnectionBreakages : DbConnectionInterceptor
{
    public override void ConnectionOpened(DbConnection connection, ConnectionEndEventData eventData) => Break(connection);

    public override Task ConnectionOpenedAsync(
        DbConnection connection, ConnectionEndEventData eventData, CancellationToken cancellationToken = default)
    {
        Break(connection);
        return Task.CompletedTask;
    }

    private static void Break(DbConnection connection)
    {
        var synchronous = Breakage.Current switch
        {
            "synchronous-off" => "OFF",
            "synchronous-normal" => "NORMAL",
            _ => null,
        };
        if (synchronous is not null)
        {
            using var command = connection.CreateCommand();
            command.CommandText = $"PRAGMA synchronous = {synchronous}";
            command.ExecuteNonQuery();
        }
    }
}
