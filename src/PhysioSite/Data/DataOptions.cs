namespace PhysioSite.Data;

public sealed class DataOptions
{
    public const string Section = "Data";

    /// <summary>Folder for the database, the keys and the mail folder; relative to the content root. Only its owner should be able to read it.</summary>
    public string Folder { get; set; } = "";
}
