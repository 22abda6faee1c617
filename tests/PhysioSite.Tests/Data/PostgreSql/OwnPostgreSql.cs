using Npgsql;

namespace PhysioSite.Tests.Data.PostgreSql;

/// <summary>A server for a test that changes its settings, or needs a standby.</summary>
internal sealed class OwnPostgreSql : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("physiosite-own-").FullName;

    public OwnPostgreSql()
    {
        PostgreSqlPrograms.Own(_folder);
        Run("""
            set -e
            "$1/initdb" -D "$2/files" -U postgres -A trust -E UTF8 --no-sync
            mkdir "$2/first" "$2/second"
            "$1/pg_ctl" start --wait -D "$2/files" -l "$2/log" -o "-c listen_addresses= -c unix_socket_directories='$2/first' -c fsync=off"
            """);
    }

    /// <summary>The folder of its socket, which is its host name.</summary>
    public string Host => Path.Combine(_folder, "first");

    public string StandbyHost => Path.Combine(_folder, "second");

    public static string Connect(params string[] hosts) =>
        $"Host={string.Join(',', hosts)};Username=postgres;Database=postgres;Maximum Pool Size=20";

    public void StartStandby() => Run("""
        set -e
        "$1/pg_basebackup" -D "$2/standby" -R --checkpoint=fast -d "host=$2/first user=postgres"
        "$1/pg_ctl" start --wait -D "$2/standby" -l "$2/standby.log" \
            -o "-c listen_addresses= -c unix_socket_directories='$2/second' -c fsync=off"
        """);

    /// <summary>Makes commits wait for a standby of this name, or for none when it is empty.</summary>
    public async Task WaitForStandbyAsync(string name)
    {
        await using var connection = new NpgsqlConnection($"{Connect(Host)};Pooling=false");
        await connection.OpenAsync();
        foreach (var sql in (string[])[$"ALTER SYSTEM SET synchronous_standby_names = '{name}'", "SELECT pg_reload_conf()"])
        {
            await using var command = new NpgsqlCommand(sql, connection);
            await command.ExecuteNonQueryAsync();
        }

        await Eventually.TrueAsync(
            async () =>
            {
                await using var command = new NpgsqlCommand("SHOW synchronous_standby_names", connection);
                return await command.ExecuteScalarAsync() is string set && set == name;
            },
            "the server has read its settings");
    }

    public void Dispose()
    {
        NpgsqlConnection.ClearAllPools();
        Run("""
            for files in "$2/standby" "$2/files"; do
                [ ! -e "$files/postmaster.pid" ] || "$1/pg_ctl" stop --mode=immediate -D "$files"
            done
            """);
        Directory.Delete(_folder, recursive: true);
    }

    private void Run(string script)
    {
        var start = PostgreSqlPrograms.StartInfo("/bin/sh", "-c", script, "sh", PostgreSqlPrograms.Folder!, _folder);
        Assert.Null(ChildProcess.Run(start.FileName, [.. start.ArgumentList]));
    }
}
