using System.Security.Cryptography;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.Extensions.Options;
using Npgsql;
using PhysioSite.Data.Encryption;

namespace PhysioSite.Data.PostgreSql;

/// <summary>The keys in the database, encrypted with the certificate of the settings.</summary>
internal sealed class KeyTable(PostgreSqlConnection database, IKeyManager keys, IOptions<DataOptions> options) : IKeyStore
{
    /// <summary>The time that an operator has to replace the certificate.</summary>
    private static readonly TimeSpan Notice = TimeSpan.FromDays(30);

    private const string Unreadable = "cannot be decrypted with the certificates of the settings";

    public string Location => $"the table {KeyContext.Table}";

    public string Remedy =>
        "Set Data:KeyCertificate and Data:EarlierKeyCertificates to the certificates that the keys were encrypted with; restore rows of "
        + $"{KeyContext.Table} that are missing from a backup.";

    public string Advice =>
        $"Keep a copy of the certificate (Data:KeyCertificate, valid until {Expiry:yyyy-MM-dd}) apart from the backups";

    private DateTimeOffset Expiry => KeyCertificates.Load(options.Value)[0].NotAfter;

    public int Count() => All().Count;

    public string? FindWarning(DateTimeOffset now) => Expiry - now < Notice
        ? $"The certificate (Data:KeyCertificate) is valid until {Expiry:yyyy-MM-dd}. It still encrypts and decrypts keys after that day, "
            + "but replace it: set Data:KeyCertificate to a new one, and add this one to Data:EarlierKeyCertificates."
        : null;

    public string NameOf(Guid key) => $"key-{key:D}";

    public string? FindProblem(Guid key) =>
        All().FirstOrDefault(known => known.KeyId == key) is { } found ? ProblemOf(found) : "is missing";

    public IReadOnlyList<string> FindProblems() =>
        [.. All().Where(key => ProblemOf(key) is not null).Select(key => $"{NameOf(key.KeyId)} {ProblemOf(key)}")];

    /// <exception cref="StartupException">A key cannot be used and was not accepted as lost.</exception>
    public void AssertReadable()
    {
        var lost = All().Where(key => ProblemOf(key) is not null && !options.Value.LostKeys.Contains(key.KeyId)).ToList();
        if (lost.Count > 0)
        {
            throw new StartupException(
                $"{lost.Count} of the keys in {Location} {Unreadable}: {string.Join(", ", lost.Select(key => key.KeyId))}. {Remedy} If the "
                + "certificate is lost, what was encrypted is lost; to go on without it, add the id of each of these keys to Data:LostKeys "
                + $"(environment: Data__LostKeys__0={lost[0].KeyId}, Data__LostKeys__1, ...).");
        }
    }

    /// <summary>None are looked for: a row is not lost by accident, as a file is.</summary>
    public IReadOnlyList<string> FindLost() => [];

    private IReadOnlyCollection<IKey> All() => Exists() ? keys.GetAllKeys() : [];

    /// <summary>False before the first start.</summary>
    private bool Exists()
    {
        using var connection = new NpgsqlConnection(database.Text);
        connection.Open();
        using var command = new NpgsqlCommand($"SELECT to_regclass('\"{KeyContext.Table}\"') IS NOT NULL", connection);
        return command.ExecuteScalar() is true;
    }

    private static string? ProblemOf(IKey key)
    {
        try
        {
            return key.CreateEncryptor() is null ? "is of an unknown kind" : null;
        }
        catch (Exception e) when (e is CryptographicException or InvalidOperationException or FormatException)
        {
            return Unreadable;
        }
    }
}
