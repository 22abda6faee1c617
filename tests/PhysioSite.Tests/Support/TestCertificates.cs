using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace PhysioSite.Tests.Support;

/// <summary>Certificates of mail servers, and the file by which a site trusts some of them.</summary>
public static class TestCertificates
{
    /// <summary>For localhost and 127.0.0.1.</summary>
    public static X509Certificate2 Trusted { get; } = Create("localhost", IPAddress.Loopback);

    /// <summary>Trusted, but another server's.</summary>
    public static X509Certificate2 OfAnotherHost { get; } = Create("mail.example.org");

    /// <summary>For localhost, signed by nobody a site trusts.</summary>
    public static X509Certificate2 Untrusted { get; } = Create("localhost", IPAddress.Loopback);

    /// <summary>Trusted and for localhost, but no longer.</summary>
    public static X509Certificate2 Expired { get; } = Create("localhost", IPAddress.Loopback, endsInDays: -1);

    /// <summary>What a site is told to trust: all of these but <see cref="Untrusted"/>.</summary>
    public static string TrustFile { get; } = WriteTrustFile();

    private static string WriteTrustFile()
    {
        var file = Path.Combine(Directory.CreateTempSubdirectory("physiosite-test-").FullName, "trusted.pem");
        File.WriteAllLines(file, new[] { Trusted, OfAnotherHost, Expired }.Select(certificate => certificate.ExportCertificatePem()));
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Directory.Delete(Path.GetDirectoryName(file)!, recursive: true);
        return file;
    }

    private static X509Certificate2 Create(string host, IPAddress? address = null, int endsInDays = 1)
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
        using var certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-2), DateTimeOffset.UtcNow.AddDays(endsInDays));

        // Windows serves TLS only with a key that has been stored once.
        return X509CertificateLoader.LoadPkcs12(certificate.Export(X509ContentType.Pfx), null);
    }
}
