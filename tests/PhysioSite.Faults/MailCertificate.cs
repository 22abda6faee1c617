using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using PhysioSite.Tests.Support;

namespace PhysioSite.Faults;

/// <summary>
/// The mail server's certificate, and the file by which the site trusts it. Unlike those of the tests it is valid on every day the clock
/// is moved to.
/// </summary>
internal static class MailCertificate
{
    private static readonly TimeSpan Validity = TimeSpan.FromDays(30);

    /// <summary>For localhost.</summary>
    public static X509Certificate2 Trusted { get; } = Create();

    /// <summary>Writes what <c>SSL_CERT_FILE</c> names: this certificate, and one that is trusted but another server's.</summary>
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
