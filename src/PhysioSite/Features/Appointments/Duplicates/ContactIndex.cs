using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.EntityFrameworkCore;
using PhysioSite.Data;

namespace PhysioSite.Features.Appointments.Duplicates;

/// <summary>
/// Computes the keys by which requests of the same patient are found. Phone numbers and addresses are encrypted, so the database cannot
/// compare them; a plain hash of a phone number could be reversed by trying all numbers. See
/// docs/decisions/0032-keys-for-the-same-patient.md.
/// </summary>
public sealed class ContactIndex(IServiceScopeFactory scopes) : IDisposable
{
    private const int SecretBytes = 32;
    private const int HashBytes = 16;

    private readonly SemaphoreSlim _turn = new(1, 1);
    private byte[]? _secret;

    public async ValueTask<ContactKeys> KeysOfAsync(PatientDetails details, CancellationToken cancellationToken)
    {
        await LoadAsync(cancellationToken);
        return KeysOf(details);
    }

    /// <summary>Only after <see cref="LoadAsync"/>.</summary>
    public ContactKeys KeysOf(PatientDetails details) =>
        new(Hash("phone", details.Phone), Hash("email", details.Email?.ToUpperInvariant()));

    /// <summary>
    /// Reads the secret, or creates it. When it cannot be decrypted any more, it is replaced, and every stored key is removed;
    /// <see cref="Jobs.DerivedColumns"/> computes them again.
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

    public void Dispose() => _turn.Dispose();

    private string? Hash(string kind, string? value) => value is null
        ? null
        : WebEncoders.Base64UrlEncode(HMACSHA256.HashData(_secret!, Encoding.UTF8.GetBytes($"{kind}:{value}")).AsSpan(0, HashBytes));

    private async Task<byte[]?> ReadAsync(CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<SiteDbContext>();
        var stored = await db.Set<ContactSecret>().SingleOrDefaultAsync(cancellationToken);
        return stored?.Value.Value is { } secret ? Convert.FromBase64String(secret) : null;
    }

    private async Task<byte[]> CreateAsync(CancellationToken cancellationToken)
    {
        var secret = RandomNumberGenerator.GetBytes(SecretBytes);
        var text = Convert.ToBase64String(secret);
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<SiteDbContext>();
        if (await db.Set<ContactSecret>().SingleOrDefaultAsync(cancellationToken) is { } unreadable)
        {
            using (await db.EnterBulkWriteAsync(cancellationToken))
            {
                await db.Set<AppointmentRequest>()
                    .Where(request => request.PhoneKey != null || request.EmailKey != null)
                    .ExecuteUpdateAsync(
                        all => all.SetProperty(request => request.PhoneKey, (string?)null)
                            .SetProperty(request => request.EmailKey, (string?)null),
                        cancellationToken);
            }

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
}
