using System.Security.Cryptography;

namespace PhysioSite.TestSupport;

/// <summary>Private key files like those that an operator creates with openssl.</summary>
public sealed class DkimKeys : IDisposable
{
    /// <summary>The PKCS #8 header before the 32 bytes of an Ed25519 key (RFC 8410, section 7).</summary>
    private static readonly byte[] Ed25519Header = Convert.FromHexString("302E020100300506032B657004220420");

    private readonly string _folder = Directory.CreateTempSubdirectory("physiosite-test-").FullName;

    /// <param name="kind">"rsa" and "rsa-1024" are PKCS #8. "rsa-pkcs1" is the format of older programs.</param>
    public string Write(string kind)
    {
        using var rsa = RSA.Create(kind switch { "rsa-1024" => 1024, "rsa-512" => 512, _ => 2048 });
        var file = Path.Combine(_folder, $"{kind}.pem");
        File.WriteAllText(file, kind switch
        {
            "ed25519" => PemEncoding.WriteString("PRIVATE KEY", [.. Ed25519Header, .. RandomNumberGenerator.GetBytes(32)]),
            "rsa-pkcs1" => rsa.ExportRSAPrivateKeyPem(),
            "public" => rsa.ExportSubjectPublicKeyInfoPem(),
            "encrypted" => rsa.ExportEncryptedPkcs8PrivateKeyPem(
                "sesame", new PbeParameters(PbeEncryptionAlgorithm.Aes256Cbc, HashAlgorithmName.SHA256, 1000)),
            "nonsense" => "not a key",
            "broken" => PemEncoding.WriteString("PRIVATE KEY", [1, 2, 3]),
            "ecdsa" => EcdsaKey(),
            _ => rsa.ExportPkcs8PrivateKeyPem(),
        });
        return file;
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static string EcdsaKey()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return key.ExportPkcs8PrivateKeyPem();
    }
}
