using System.Net;
using System.Net.Security;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace PhysioSite.Tests.Support;

/// <summary>
/// Certificates of mail servers. System.Net.Mail asks one callback of the whole process, and nothing else in the site does, so these
/// tests add their own certificate to what this machine trusts and change nothing else.
/// </summary>
public static class TestCertificates
{
    /// <summary>For localhost and 127.0.0.1, trusted by this process.</summary>
    public static X509Certificate2 Trusted { get; } = Create("localhost", IPAddress.Loopback);

    /// <summary>Trusted, but another server's.</summary>
    public static X509Certificate2 OfAnotherHost { get; } = Create("mail.example.org");

    /// <summary>For localhost, signed by nobody this process trusts.</summary>
    public static X509Certificate2 Untrusted { get; } = Create("localhost", IPAddress.Loopback);

    [ModuleInitializer]
    internal static void Trust()
    {
#pragma warning disable SYSLIB0014 // System.Net.Mail.SmtpClient reads its certificate callback from here and from nowhere else.
        ServicePointManager.ServerCertificateValidationCallback = (_, certificate, _, errors) =>
            errors == SslPolicyErrors.None || (errors == SslPolicyErrors.RemoteCertificateChainErrors && IsOurs(certificate));
#pragma warning restore SYSLIB0014
    }

    /// <summary>The chain of a self-signed certificate is not trusted; whether it is for the right host was checked apart from that.</summary>
    private static bool IsOurs(X509Certificate? certificate) =>
        certificate is not null && new[] { Trusted, OfAnotherHost }.Any(ours => ours.RawDataMemory.Span.SequenceEqual(certificate.GetRawCertData()));

    private static X509Certificate2 Create(string host, IPAddress? address = null)
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
        using var certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));

        // Windows serves TLS only with a key that has been stored once.
        return X509CertificateLoader.LoadPkcs12(certificate.Export(X509ContentType.Pfx), null);
    }
}
