using System.Security.Cryptography;
using System.Text;
using PhysioSite.Data.Encryption;
using PhysioSite.Data.Providers;

namespace PhysioSite.Data.PostgreSql.Instances;

/// <summary>
/// Hashes values with a secret that is the same on all instances, so that a copy of the database does not allow to test whether an address
/// or a text was counted. The secret is stored encrypted like what patients wrote. If its key is lost, a new one replaces it, and what was
/// counted before is not found any more.
/// </summary>
internal sealed class KeyedHash(IStateStore state, ColumnEncryption encryption)
{
    private const string Name = "counts-secret";
    private const int SecretBytes = 32;
    private const int HashBytes = 16;

    private byte[]? _secret;

    public async ValueTask<Guid> OfAsync(string text, CancellationToken cancellationToken)
    {
        _secret ??= await LoadAsync(cancellationToken);
        return new Guid(HMACSHA256.HashData(_secret, Encoding.UTF8.GetBytes(text)).AsSpan(0, HashBytes));
    }

    private async Task<byte[]> LoadAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            var stored = await state.ReadAsync(Name, cancellationToken);
            if (stored is not null && encryption.CanDecrypt(stored))
            {
                var cell = new EncryptedCell(SharedValue.Table, nameof(SharedValue.Value), Guid.Empty);
                return Convert.FromBase64String(encryption.Decrypt<string>(stored, cell)!);
            }

            var secret = RandomNumberGenerator.GetBytes(SecretBytes);
            if (await state.TryReplaceAsync(Name, stored, encryption.Encrypt(Convert.ToBase64String(secret)), cancellationToken))
            {
                return secret;
            }
        }
    }
}
