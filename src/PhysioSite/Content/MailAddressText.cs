using System.Net.Mail;

namespace PhysioSite.Content;

internal static class MailAddressText
{
    public static string Read(FrontMatter front, string key)
    {
        var text = front.Text(key);
        if (text.Length > 0 && !(MailAddress.TryCreate(text, out var address) && address.Address == text))
        {
            front.Problem(key, $"\"{key}\" is \"{text}\". Write one mail address, like madison@example.org.");
        }

        return text;
    }
}
