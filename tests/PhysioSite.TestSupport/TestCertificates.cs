using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace PhysioSite.TestSupport;

/// <summary>Certificates of mail servers and of a site, and the file with the certificates that a site trusts.</summary>
public static class TestCertificates
{
    /// <summary>Longer than any time by which a test moves a site's clock.</summary>
    private static readonly TimeSpan Validity = TimeSpan.FromDays(3650);

    private static readonly Lazy<string> Keys = new(WriteKeyFile);
    private static readonly Lazy<string> OtherKeys = new(WriteKeyFile);

    /// <summary>Valid for localhost and 127.0.0.1.</summary>
    public static X509Certificate2 Trusted { get; } = Create("localhost", IPAddress.Loopback);

    /// <summary>Trusted, but issued for another server.</summary>
    public static X509Certificate2 OfAnotherHost { get; } = Create("mail.example.org");

    /// <summary>Valid for localhost, but its issuer is not trusted by the site.</summary>
    public static X509Certificate2 Untrusted { get; } = Create("localhost", IPAddress.Loopback);

    /// <summary>Trusted and issued for localhost, but expired.</summary>
    public static X509Certificate2 Expired { get; } = Create("localhost", IPAddress.Loopback, hasExpired: true);

    /// <summary>The certificate of the public address of a site behind a proxy.</summary>
    public static X509Certificate2 OfTheSite { get; } = Create(Nginx.Host);

    /// <summary>The trust file of a site: all certificates except <see cref="Untrusted"/>.</summary>
    public static string TrustFile { get; } = WriteTrustFile();

    /// <summary>Encrypts the keys of sites with PostgreSQL. It has no password.</summary>
    public static string KeyFile => Keys.Value;

    /// <summary>A certificate that a site did not use.</summary>
    public static string OtherKeyFile => OtherKeys.Value;

    private static string WriteKeyFile()
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest("CN=PhysioSite keys", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        using var certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow - Validity, DateTimeOffset.UtcNow + Validity);
        var file = Path.Combine(Directory.CreateTempSubdirectory("physiosite-test-").FullName, "keys.pfx");
        File.WriteAllBytes(file, certificate.Export(X509ContentType.Pfx));
        TemporaryFiles.DeleteAtExit(Path.GetDirectoryName(file)!);
        return file;
    }

    private static string WriteTrustFile()
    {
        var file = Path.Combine(Directory.CreateTempSubdirectory("physiosite-test-").FullName, "trusted.pem");
        File.WriteAllLines(file, new[] { Trusted, OfAnotherHost, Expired }.Select(certificate => certificate.ExportCertificatePem()));
        TemporaryFiles.DeleteAtExit(Path.GetDirectoryName(file)!);
        return file;
    }

    private static X509Certificate2 Create(string host, IPAddress? address = null, bool hasExpired = false)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={host}", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(host);
        if (address is not null)
        {
            names.AddIpAddress(address);
        }

        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, true));
        var now = DateTimeOffset.UtcNow;
        using var certificate = request.CreateSelfSigned(now - Validity, hasExpired ? now.AddDays(-1) : now + Validity);

        // On Windows, TLS servers require a key that has been persisted.
        return X509CertificateLoader.LoadPkcs12(certificate.Export(X509ContentType.Pfx), null);
    }
}
