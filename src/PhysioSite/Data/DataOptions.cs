namespace PhysioSite.Data;

public sealed class DataOptions
{
    public const string Section = "Data";

    /// <summary>
    /// The folder for the database, the keys and the email pickup folder, relative to the content root. Only its owner should have read
    /// access.
    /// </summary>
    public string Folder { get; set; } = "";

    /// <summary>
    /// The ids of keys that are lost for good. The site starts without them, although the values encrypted with them cannot be read.
    /// </summary>
    public IList<Guid> LostKeys { get; } = [];

    /// <summary>
    /// With PostgreSQL: the PKCS#12 file of the certificate, with its RSA key, that encrypts the data-protection keys in the database.
    /// An absolute path. Every instance has the same one.
    /// </summary>
    public string KeyCertificate { get; set; } = "";

    /// <summary>The password of <see cref="KeyCertificate"/> and of <see cref="EarlierKeyCertificates"/>, if they have one.</summary>
    public string KeyCertificatePassword { get; set; } = "";

    /// <summary>The files of earlier certificates, which still decrypt keys and encrypt none.</summary>
    public IList<string> EarlierKeyCertificates { get; } = [];
}
