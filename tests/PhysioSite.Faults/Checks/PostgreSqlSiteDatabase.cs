using System.Data.Common;
using System.Security.Cryptography.X509Certificates;
using System.Xml.Linq;
using Npgsql;

namespace PhysioSite.Faults.Checks;

/// <param name="connectionString">Of an administrator of the server.</param>
/// <param name="folder">The folder of the server's files.</param>
/// <param name="certificate">The file of the certificate that encrypts the keys.</param>
internal sealed class PostgreSqlSiteDatabase(string connectionString, string folder, string certificate) : SiteDatabase
{
    public override IEnumerable<string> Files => Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories);

    public override bool Exists => true;

    public override SiteKeys ReadKeys() => SiteKeys.OfElements(
        Read("""SELECT "Xml" FROM "DataProtectionKeys" """, row => XElement.Parse(row.GetString(0))),
        X509CertificateLoader.LoadPkcs12FromFile(certificate, null));

    /// <summary>Reads every page, whose checksum the server compares, and every index.</summary>
    public override List<string> Damages()
    {
        Write("CREATE EXTENSION IF NOT EXISTS amcheck");
        return
        [
            .. Read(
                """
                SELECT c.relname, v.msg FROM pg_class c, verify_heapam(c.oid) v
                WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r'
                """,
                row => $"{row.GetString(0)}: {row.GetString(1)}"),
            .. Read(
                """
                SELECT c.oid::regclass::text FROM pg_class c JOIN pg_am a ON a.oid = c.relam
                WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'i' AND a.amname = 'btree'
                """,
                row => row.GetString(0)).Select(FindDamage).OfType<string>(),
        ];
    }

    /// <summary>
    /// Stores that the scheduled jobs ran last two hours ago. When they run, the site stores the time, unless the last one is recent.
    /// </summary>
    /// <returns>What is stored then.</returns>
    public string PutLastRunBack()
    {
        Write(
            """
            INSERT INTO "SharedValues" ("Name", "Value")
                VALUES ('retention', json_build_object('LastRunUtc', now() AT TIME ZONE 'UTC' - interval '2h')::text)
            ON CONFLICT ("Name") DO UPDATE SET "Value" = excluded."Value"
            """);
        return LastRun();
    }

    public string LastRun() =>
        Read("""SELECT "Value" FROM "SharedValues" WHERE "Name" = 'retention'""", row => row.GetString(0)).Single();

    private string? FindDamage(string index)
    {
        try
        {
            Write($"SELECT bt_index_check('{index}', heapallindexed => true)");
            return null;
        }
        catch (PostgresException e)
        {
            return e.MessageText;
        }
    }

    protected override DbConnection Open(bool isReadOnly)
    {
        var settings = new NpgsqlConnectionStringBuilder(connectionString) { Pooling = false };
        if (isReadOnly)
        {
            settings.Options = "-c default_transaction_read_only=on";
        }

        var connection = new NpgsqlConnection(settings.ConnectionString);
        connection.Open();
        return connection;
    }
}
