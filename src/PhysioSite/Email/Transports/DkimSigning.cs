using Microsoft.Extensions.Options;
using MimeKit;
using MimeKit.Cryptography;
using Org.BouncyCastle.Crypto;
using Org.BouncyCastle.Crypto.Parameters;
using Org.BouncyCastle.X509;

namespace PhysioSite.Email.Transports;

/// <summary>Signs each email with the site's key (RFC 6376, and RFC 8463 for Ed25519) when a key is configured.</summary>
internal sealed class DkimSigning
{
    private static readonly HeaderId[] Signed =
    [
        HeaderId.From, HeaderId.To, HeaderId.ReplyTo, HeaderId.Subject, HeaderId.Date, HeaderId.MessageId,
        HeaderId.MimeVersion, HeaderId.ContentType, HeaderId.AutoSubmitted,
    ];

    private readonly DkimOptions _options;
    private readonly AsymmetricKeyParameter? _key;

    public DkimSigning(IOptions<EmailOptions> options)
    {
        _options = options.Value.Dkim;
        _key = _options.IsSet ? _options.ReadPrivateKey() : null;
    }

    /// <summary>The DNS record that an operator must publish and its name, or the information that emails are not signed.</summary>
    public string Description => _key is null
        ? "no email is signed; Email:Dkim:Domain, Email:Dkim:Selector and Email:Dkim:PrivateKeyFile are not set"
        : $"each email is signed for {_options.Domain}. DNS needs this record:\n{RecordName} TXT \"{RecordText}\"";

    public string RecordName => $"{_options.Selector}._domainkey.{_options.Domain}";

    /// <summary>
    /// The format of RFC 6376, section 3.6.1. For an Ed25519 key it contains only the 32 bytes of the key (RFC 8463, section 4).
    /// </summary>
    public string RecordText => _key switch
    {
        RsaPrivateCrtKeyParameters rsa => Record("rsa", SubjectPublicKeyInfoFactory
            .CreateSubjectPublicKeyInfo(new RsaKeyParameters(false, rsa.Modulus, rsa.PublicExponent)).GetDerEncoded()),
        Ed25519PrivateKeyParameters ed25519 => Record("ed25519", ed25519.GeneratePublicKey().GetEncoded()),
        _ => "",
    };

    /// <param name="atUtc">The time of the signature: the creation time of the email, so that every attempt has the same bytes.</param>
    public void Sign(MimeMessage message, DateTime atUtc)
    {
        if (_key is not null)
        {
            var headers = Signed.Where(header => header != HeaderId.ReplyTo || message.ReplyTo.Count > 0).ToList();
            var signer = new Signer(_key, _options, new DateTimeOffset(atUtc, TimeSpan.Zero).ToUnixTimeSeconds());
            signer.Sign(EmailMessageComposer.Format, message, headers);
        }
    }

    private static string Record(string type, byte[] key) => $"v=DKIM1; k={type}; p={Convert.ToBase64String(key)}";

    private sealed class Signer : DkimSigner
    {
        private readonly long _timestamp;

        public Signer(AsymmetricKeyParameter key, DkimOptions options, long timestamp)
            : base(
                key, options.Domain, options.Selector,
                key is Ed25519PrivateKeyParameters ? DkimSignatureAlgorithm.Ed25519Sha256 : DkimSignatureAlgorithm.RsaSha256)
        {
            _timestamp = timestamp;
            HeaderCanonicalizationAlgorithm = DkimCanonicalizationAlgorithm.Relaxed;
            BodyCanonicalizationAlgorithm = DkimCanonicalizationAlgorithm.Relaxed;
        }

        protected override long GetTimestamp() => _timestamp;
    }
}
