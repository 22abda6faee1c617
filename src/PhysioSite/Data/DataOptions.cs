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
}
