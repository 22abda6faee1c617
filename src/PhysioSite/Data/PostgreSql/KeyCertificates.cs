using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace PhysioSite.Data.PostgreSql;

/// <summary>The certificates that encrypt the data-protection keys in the database.</summary>
internal static class KeyCertificates
{
    /// <returns>The current certificate, then the earlier ones.</returns>
    /// <exception cref="StartupException">A certificate is not set or cannot be used.</exception>
    public static X509Certificate2[] Load(DataOptions options)
    {
        if (options.KeyCertificate.Length == 0)
        {
            throw new StartupException(
                "Data:KeyCertificate is not set. With PostgreSQL the keys are in the database, encrypted with a certificate. Set it "
                + "(environment: Data__KeyCertificate) to a PKCS#12 file with an RSA key, the same on every instance; docs/operations.md "
                + "says how to make one.");
        }

        return
        [
            Load(nameof(options.KeyCertificate), options.KeyCertificate, options.KeyCertificatePassword),
            .. options.EarlierKeyCertificates.Select(
                file => Load(nameof(options.EarlierKeyCertificates), file, options.KeyCertificatePassword)),
        ];
    }

    private static X509Certificate2 Load(string setting, string file, string password)
    {
        if (!Path.IsPathFullyQualified(file))
        {
            throw new StartupException($"Data:{setting} must be an absolute path, but it is {file}.");
        }

        try
        {
            var certificate = X509CertificateLoader.LoadPkcs12FromFile(file, password);
            using var key = certificate.GetRSAPrivateKey();
            return key is not null
                ? certificate
                : throw new StartupException($"The certificate {file} (Data:{setting}) has no private RSA key.");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or CryptographicException)
        {
            throw new StartupException(
                $"The certificate {file} (Data:{setting}) cannot be read: {e.Message} Check the file, its owner, and "
                + "Data:KeyCertificatePassword.",
                e);
        }
    }
}
