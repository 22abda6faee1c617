using Org.BouncyCastle.Crypto;
using Org.BouncyCastle.Crypto.Parameters;
using Org.BouncyCastle.OpenSsl;
using Org.BouncyCastle.Security;

namespace PhysioSite.Email;

/// <summary>When these three settings are present, each email is signed (RFC 6376). Otherwise no email is signed.</summary>
public sealed class DkimOptions
{
    private const int ShortestRsaKey = 1024;

    /// <summary>The signing domain: the domain of the sender, a parent domain or a subdomain of it.</summary>
    public string Domain { get; set; } = "";

    /// <summary>The selector of the key's DNS record: <c>selector._domainkey.domain</c>.</summary>
    public string Selector { get; set; } = "";

    /// <summary>The path of a PEM file with an RSA key of at least 1024 bits or an Ed25519 key.</summary>
    public string PrivateKeyFile { get; set; } = "";

    internal bool IsSet => Domain.Length + Selector.Length + PrivateKeyFile.Length > 0;

    /// <param name="from">The domain of the sender.</param>
    internal IEnumerable<string> Problems(string from)
    {
        if (Domain.Length == 0 || Selector.Length == 0 || PrivateKeyFile.Length == 0)
        {
            yield return "Email:Dkim is set in part. "
                + "Set Email:Dkim:Domain, Email:Dkim:Selector and Email:Dkim:PrivateKeyFile, or none of them.";
            yield break;
        }

        if (Domain.Split('.').Length < 2 || !IsDnsName(Domain))
        {
            yield return $"Email:Dkim:Domain is \"{Domain}\". Set it to the domain of Email:From, like \"{from}\".";
        }
        else if (!IsSameOrBelow(from, Domain) && !IsSameOrBelow(Domain, from))
        {
            yield return $"Email:Dkim:Domain is \"{Domain}\", but Email:From is an address of {from}. "
                + $"Set it to {from}, or to the domain above it: receivers ignore another domain's signature.";
        }

        if (!IsDnsName(Selector))
        {
            yield return $"Email:Dkim:Selector is \"{Selector}\". Set it to letters and digits, like \"site2026\".";
        }

        if (KeyProblem() is { } problem)
        {
            yield return $"Email:Dkim:PrivateKeyFile is \"{PrivateKeyFile}\", {problem}";
        }
    }

    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="FormatException">The file does not contain a private key that can sign an email.</exception>
    internal AsymmetricKeyParameter ReadPrivateKey()
    {
        using var reader = new StreamReader(PrivateKeyFile);
        object? read;
        try
        {
            using var pem = new PemReader(reader);
            read = pem.ReadObject();
        }
        catch (Exception e) when (e is IOException or GeneralSecurityException or ArgumentException or CryptoException)
        {
            throw new FormatException("which is not a PEM file of a private key without a password.", e);
        }

        var key = (read as AsymmetricCipherKeyPair)?.Private ?? read as AsymmetricKeyParameter;
        return key switch
        {
            RsaKeyParameters { IsPrivate: true, Modulus.BitLength: < ShortestRsaKey } rsa =>
                throw new FormatException(
                    $"which has an RSA key of {rsa.Modulus.BitLength} bits. "
                    + $"Receivers ignore keys of less than {ShortestRsaKey}; make one of 2048."),
            RsaPrivateCrtKeyParameters or Ed25519PrivateKeyParameters => key,
            _ => throw new FormatException("which holds neither an RSA nor an Ed25519 private key."),
        };
    }

    private string? KeyProblem()
    {
        try
        {
            ReadPrivateKey();
            return null;
        }
        catch (FormatException e)
        {
            return $"{e.Message} Make a key as docs/operations.md says.";
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            return $"which cannot be read ({e.GetType().Name}). Check the path and its permissions.";
        }
    }

    private static bool IsSameOrBelow(string domain, string above) =>
        domain.Equals(above, StringComparison.OrdinalIgnoreCase) || domain.EndsWith($".{above}", StringComparison.OrdinalIgnoreCase);

    private static bool IsDnsName(string name) =>
        name.Split('.').All(label => label.Length is > 0 and <= 63
            && label[0] != '-' && label[^1] != '-'
            && label.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_'));
}
