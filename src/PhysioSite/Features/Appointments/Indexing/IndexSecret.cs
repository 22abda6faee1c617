using System.Security.Cryptography;
using System.Text;
using Microsoft.EntityFrameworkCore;
using PhysioSite.Data;
using PhysioSite.Data.Encryption;

namespace PhysioSite.Features.Appointments.Indexing;

/// <summary>
/// The secret of the keyed hashes by which encrypted values are found. A plain hash of a phone number or a name could be reversed by trying
/// all of them. It is stored encrypted (<see cref="ContactSecret"/>).
/// </summary>
public sealed class IndexSecret(IServiceScopeFactory scopes) : IDisposable
{
    private const int Bytes = 32;

    private readonly SemaphoreSlim _turn = new(1, 1);
    private byte[]? _secret;

    /// <summary>
    /// Reads the secret, or creates it. When it cannot be decrypted any more, it is replaced, and everything that was computed with it is
    /// removed; <see cref="IndexBuilder"/> computes it again.
    /// </summary>
    public async ValueTask LoadAsync(CancellationToken cancellationToken)
    {
        if (_secret is not null)
        {
            return;
        }

        await _turn.WaitAsync(cancellationToken);
        try
        {
            _secret ??= await ReadAsync(cancellationToken) ?? await CreateAsync(cancellationToken);
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>
    /// Replaces a secret that is not encrypted with the current key, and removes everything that was computed with it. No other process
    /// may use the database.
    /// </summary>
    public async Task ReplaceAsync(CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<SiteDbContext>();
        var stored = await db.Set<ContactSecret>().SingleOrDefaultAsync(cancellationToken);
        if (stored is not null && ColumnEncryption.KeyOf(stored.Value.StoredText) != db.Encryption.CurrentKey)
        {
            await ClearAsync(db, cancellationToken);
            var secret = RandomNumberGenerator.GetBytes(Bytes);
            stored.Replace(Convert.ToBase64String(secret));
            await db.SaveChangesAsync(cancellationToken);
            _secret = secret;
        }
    }

    /// <summary>Only after <see cref="LoadAsync"/>.</summary>
    public byte[] Hash(string text) => HMACSHA256.HashData(_secret!, Encoding.UTF8.GetBytes(text));

    public void Dispose() => _turn.Dispose();

    private async Task<byte[]?> ReadAsync(CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<SiteDbContext>();
        var stored = await db.Set<ContactSecret>().SingleOrDefaultAsync(cancellationToken);
        return stored?.Value.Value is { } secret ? Convert.FromBase64String(secret) : null;
    }

    private async Task<byte[]> CreateAsync(CancellationToken cancellationToken)
    {
        var secret = RandomNumberGenerator.GetBytes(Bytes);
        var text = Convert.ToBase64String(secret);
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<SiteDbContext>();
        if (await db.Set<ContactSecret>().SingleOrDefaultAsync(cancellationToken) is { } unreadable)
        {
            await ClearAsync(db, cancellationToken);
            unreadable.Replace(text);
        }
        else
        {
            db.Add(new ContactSecret(text));
        }

        try
        {
            await db.SaveChangesAsync(cancellationToken);
            return secret;
        }
        catch (DbUpdateException)
        {
            // Another process was first, or nothing can be stored.
            if (await ReadAsync(cancellationToken) is { } first)
            {
                return first;
            }

            throw;
        }
    }

    /// <summary>Removes everything that was computed with the secret.</summary>
    private static async Task ClearAsync(SiteDbContext db, CancellationToken cancellationToken)
    {
        using var turn = await db.EnterBulkWriteAsync(cancellationToken);
        await db.Set<AppointmentRequest>().ExecuteUpdateAsync(
            all => all.SetProperty(request => request.PhoneKey, (string?)null)
                .SetProperty(request => request.EmailKey, (string?)null)
                .SetProperty(request => request.SearchId, (long?)null),
            cancellationToken);
        await db.Set<SearchTerm>().ExecuteDeleteAsync(cancellationToken);
    }
}
