using System.Data.Common;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;

namespace PhysioSite.Data.Encryption;

/// <summary>
/// Encrypts every stored value again that was encrypted with another key than the current one. Each batch is one transaction, so that a run
/// that is interrupted is continued by the next.
/// </summary>
internal sealed class Reencryption(SiteDbContext db)
{
    private const int Batch = 500;

    /// <param name="progress">From 0 to 1.</param>
    /// <returns>The number of values that are encrypted anew, and of those that cannot be read and are left as they are.</returns>
    public async Task<(long Changed, long Unreadable)> RunAsync(IProgress<double> progress, CancellationToken cancellationToken)
    {
        var current = db.Encryption.CurrentKey;
        var columns = EncryptedColumn.All(db.Model).ToList();
        var (total, done, changed, unreadable) = (0L, 0L, 0L, 0L);
        foreach (var column in columns)
        {
            total += await CountAsync(column, cancellationToken);
        }

        foreach (var column in columns)
        {
            var after = Guid.Empty;
            while (await column.ReadAsync(db, after, Batch, cancellationToken) is { Count: > 0 } batch)
            {
                var old = batch.Where(value => ColumnEncryption.KeyOf(value.Text) != current)
                    .Select(value => (value.Id, value.Text, New: db.Encryption.Reencrypt(value.Text)))
                    .ToList();
                await WriteAsync(column, [.. old.Where(value => value.New is not null)!], cancellationToken);
                changed += old.Count(value => value.New is not null);
                unreadable += old.Count(value => value.New is null);
                after = batch[^1].Id;
                done += batch.Count;
                progress.Report((double)done / total);
            }
        }

        return (changed, unreadable);
    }

    private async Task<long> CountAsync(EncryptedColumn column, CancellationToken cancellationToken)
    {
        var sql = $"""SELECT COUNT(*) AS "Value" FROM "{column.Table}" WHERE "{column.Column}" IS NOT NULL""";
        return await db.Database.SqlQueryRaw<long>(sql).SingleAsync(cancellationToken);
    }

    private async Task WriteAsync(
        EncryptedColumn column, IReadOnlyList<(Guid Id, string Text, string? New)> values, CancellationToken cancellationToken)
    {
        if (values.Count == 0)
        {
            return;
        }

        using var turn = await db.EnterBulkWriteAsync(cancellationToken);
        await db.Database.CreateExecutionStrategy().ExecuteAsync(async () =>
        {
            await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
            await using var command = db.Database.GetDbConnection().CreateCommand();
            command.Transaction = transaction.GetDbTransaction();

            // A value that was changed since it was read has the current key already.
            command.CommandText =
                $"""UPDATE "{column.Table}" SET "{column.Column}" = @new WHERE "Id" = @id AND "{column.Column}" = @old""";
            foreach (var (id, text, anew) in values)
            {
                command.Parameters.Clear();
                Add(command, "@new", anew!);
                Add(command, "@id", id);
                Add(command, "@old", text);
                await command.ExecuteNonQueryAsync(cancellationToken);
            }

            await transaction.CommitAsync(cancellationToken);
        });
    }

    private static void Add(DbCommand command, string name, object value)
    {
        var parameter = command.CreateParameter();
        (parameter.ParameterName, parameter.Value) = (name, value);
        command.Parameters.Add(parameter);
    }
}
