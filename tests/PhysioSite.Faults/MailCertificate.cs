using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using PhysioSite.Tests.Support;

namespace PhysioSite.Faults;

/// <summary>
/// The mail server's certificate, and the trust file for the site. Unlike the test certificates, it is valid on every date that the clock
/// is moved to.
/// </summary>
internal static class MailCertificate
{
    private static readonly TimeSpan Validity = TimeSpan.FromDays(30);

    /// <summary>Issued for localhost.</summary>
    public static X509Certificate2 Trusted { get; } = Create();

    /// <summary>Writes the file for <c>SSL_CERT_FILE</c>: this certificate, and a trusted one that belongs to another host.</summary>
    public static string WriteTrustFile(string folder)
    {
        var file = Path.Combine(folder, "trusted.pem");
        File.WriteAllText(file, Trusted.ExportCertificatePem() + "\n" + TestCertificates.OfAnotherHost.ExportCertificatePem() + "\n");
        return file;
    }

    private static X509Certificate2 Create()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("localhost");
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, true));
        return request.CreateSelfSigned(DateTimeOffset.UtcNow - Validity, DateTimeOffset.UtcNow + Validity);
    }
}
