using PhysioSite.Data;

namespace PhysioSite.Email;

/// <summary>The files of mails that went to the data folder because there was no mail server.</summary>
public sealed class WrittenMails(DataFolder folder)
{
    /// <summary>Deletes the file of a mail, if it was ever written.</summary>
    public void Delete(string about, Guid id)
    {
        foreach (var file in Directory.EnumerateFiles(folder.Mail, $"*-{about}-{id.ToString("N")[^8..]}.eml"))
        {
            File.Delete(file);
        }
    }
}
