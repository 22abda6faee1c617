using System.Data.Common;
using System.Globalization;
using System.Security.Cryptography;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;
using Microsoft.Extensions.Options;
using IKey = Microsoft.AspNetCore.DataProtection.KeyManagement.IKey;

namespace PhysioSite.Data.Encryption;

/// <param name="Values">The number of values that were encrypted with the key.</param>
/// <param name="Problem">What is wrong with the key.</param>
internal sealed record LostKey(Guid Id, long Values, string Problem);

/// <summary>
/// Finds the keys that stored values were encrypted with and that cannot decrypt them. It reads the key id in the header of every value
/// and decrypts one value of each key, so it is fast enough for every start.
/// </summary>
internal sealed class KeyCheck(IKeyStore store, IKeyManager keys, ColumnEncryption encryption, IOptions<DataOptions> options)
{
    /// <summary>The number of Base64url characters that contain the first 20 bytes: four fixed ones and the key id.</summary>
    private const int HeaderLength = 27;

    /// <summary>How many values are tried for a key. Damage to this many values of one key, and to no other, means a wrong key.</summary>
    private const int Tries = 100;

    /// <returns>The lost keys, without those that the settings accept as lost.</returns>
    public async Task<IReadOnlyList<LostKey>> FindLostAsync(DbConnection connection, IModel model, CancellationToken cancellationToken)
    {
        var used = await FindUsedAsync(connection, model, cancellationToken);
        if (used.Count == 0)
        {
            return [];
        }

        var present = keys.GetAllKeys().ToDictionary(key => key.KeyId);
        var lost = new List<LostKey>();
        foreach (var key in used)
        {
            if (!present.TryGetValue(key.Key, out var found))
            {
                var problem = store.FindProblem(key.Key) ?? "is not the file of this key";
                lost.Add(new LostKey(key.Key, await CountAsync(connection, key, cancellationToken), problem));
            }
            else if (!CanBeUsed(found) || !await CanReadAnyAsync(connection, key, cancellationToken))
            {
                var problem = found.IsRevoked
                    ? "is revoked"
                    : store.FindProblem(key.Key) ?? "is damaged, or is a key of another site";
                lost.Add(new LostKey(key.Key, await CountAsync(connection, key, cancellationToken), problem));
            }
        }

        // A damaged value may contain the id of a key that never existed. One value alone does not prove that a key is missing, unless no
        // value can be read.
        return
        [
            .. lost
                .Where(key => (key.Values > 1 || lost.Count == used.Count) && !options.Value.LostKeys.Contains(key.Id))
                .OrderByDescending(key => key.Values).ThenBy(key => key.Id),
        ];
    }

    /// <summary>
    /// Without its keys the site would show nothing of what patients wrote, and would encrypt new requests with other keys. A new site
    /// gets its first key here.
    /// </summary>
    /// <param name="hint">What to do when the keys cannot be used.</param>
    /// <exception cref="StartupException">Keys are lost or cannot be used.</exception>
    public async Task AssertAsync(SiteDbContext db, string hint, CancellationToken cancellationToken)
    {
        if (await FindLostAsync(db.Database.GetDbConnection(), db.Model, cancellationToken) is { Count: > 0 } lost)
        {
            throw new StartupException(Describe(lost));
        }

        if (encryption.FindProblem() is { } problem)
        {
            throw new StartupException($"The keys in {store.Location} cannot be used: {problem} {hint}");
        }
    }

    /// <summary>Describes lost keys, and what to do, for an operator.</summary>
    public string Describe(IReadOnlyList<LostKey> lost)
    {
        var lines = lost.Select(key => $"  {store.NameOf(key.Id)} {key.Problem}: {Number(key.Values)} values");
        return $"{Number(lost.Sum(key => key.Values))} encrypted values cannot be read with the keys in {store.Location}:\n"
            + $"{string.Join('\n', lines)}\n"
            + $"{store.Remedy} "
            + "If there is no copy, what was encrypted is lost; to go on without it, add the id of each of these keys to Data:LostKeys "
            + $"(environment: Data__LostKeys__0={lost[0].Id}, Data__LostKeys__1, ...).";

        static string Number(long number) => number.ToString(CultureInfo.InvariantCulture);
    }

    private static async Task<ILookup<Guid, Header>> FindUsedAsync(
        DbConnection connection, IModel model, CancellationToken cancellationToken)
    {
        var headers = new List<Header>();
        foreach (var column in EncryptedColumn.All(model))
        {
            if (!await column.ExistsAsync(connection, cancellationToken))
            {
                continue;
            }

            // Without GROUP BY, for which SQLite would sort the whole values in memory.
            await using var command = connection.CreateCommand();
            command.CommandText =
                $"""
                SELECT DISTINCT substr("{column.Column}", 1, {HeaderLength}) FROM "{column.Table}" WHERE "{column.Column}" IS NOT NULL
                """;
            await using var rows = await command.ExecuteReaderAsync(cancellationToken);
            while (await rows.ReadAsync(cancellationToken))
            {
                headers.Add(new Header(column, rows.GetString(0)));
            }
        }

        // One more character makes the number of characters one that Base64url has.
        return headers
            .Select(header => (Header: header, Key: ColumnEncryption.KeyOf($"{header.Text}A")))
            .Where(found => found.Key is not null)
            .ToLookup(found => found.Key!.Value, found => found.Header);
    }

    /// <summary>
    /// False for a key that is encrypted with a certificate that is not there. The framework would read all keys again, several times and
    /// with pauses, for each value that is tried.
    /// </summary>
    private static bool CanBeUsed(IKey key)
    {
        try
        {
            return key.CreateEncryptor() is not null;
        }
        catch (Exception e) when (e is CryptographicException or InvalidOperationException or FormatException)
        {
            return false;
        }
    }

    private async Task<bool> CanReadAnyAsync(DbConnection connection, IEnumerable<Header> headers, CancellationToken cancellationToken)
    {
        foreach (var header in headers)
        {
            await using var command = ValuesWith(header, $"\"{header.Column.Column}\"", connection);
            command.CommandText += $" LIMIT {Tries}";
            await using var rows = await command.ExecuteReaderAsync(cancellationToken);
            while (await rows.ReadAsync(cancellationToken))
            {
                if (encryption.CanDecrypt(rows.GetString(0)))
                {
                    return true;
                }
            }
        }

        return false;
    }

    private static async Task<long> CountAsync(DbConnection connection, IEnumerable<Header> headers, CancellationToken cancellationToken)
    {
        var count = 0L;
        foreach (var header in headers)
        {
            await using var command = ValuesWith(header, "COUNT(*)", connection);
            count += Convert.ToInt64(await command.ExecuteScalarAsync(cancellationToken), CultureInfo.InvariantCulture);
        }

        return count;
    }

    /// <returns>A query of the values with the header.</returns>
    private static DbCommand ValuesWith(Header header, string selected, DbConnection connection)
    {
        var command = connection.CreateCommand();
        command.CommandText =
            $"""
            SELECT {selected} FROM "{header.Column.Table}" WHERE substr("{header.Column.Column}", 1, {HeaderLength}) = @header
            """;
        var parameter = command.CreateParameter();
        (parameter.ParameterName, parameter.Value) = ("@header", header.Text);
        command.Parameters.Add(parameter);
        return command;
    }

    /// <param name="Text">The first characters of the stored text.</param>
    private sealed record Header(EncryptedColumn Column, string Text);
}
