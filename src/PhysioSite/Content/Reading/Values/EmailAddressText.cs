using PhysioSite.Text;

namespace PhysioSite.Content.Reading.Values;

internal static class EmailAddressText
{
    public static string Read(FrontMatter front, string key) => Check(front, key, front.Text(key));

    public static string? ReadOptional(FrontMatter front, string key) =>
        front.OptionalText(key) is { } text ? Check(front, key, text) : null;

    /// <summary>Reads a single email address or a list of addresses.</summary>
    /// <param name="whose">The owner of the address, used in the message when it is missing.</param>
    public static IReadOnlyList<string> ReadAll(FrontMatter front, string key, string whose)
    {
        if (!front.Has(key))
        {
            front.Problem(key, $"\"{key}\" is missing. Write the email address of {whose}, or a list of addresses.");
            return [];
        }

        return [.. front.TextOrTexts(key).Select(text => Check(front, key, text))];
    }

    private static string Check(FrontMatter front, string key, string text)
    {
        if (text.Length > 0 && !EmailAddress.IsValid(text))
        {
            front.Problem(key, $"\"{key}\" is \"{text}\". Write one email address, like madison@example.org.");
        }

        return text;
    }
}
