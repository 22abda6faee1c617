using System.Text.RegularExpressions;

namespace PhysioSite.Content;

/// <summary>A number in the North American plan, as clinics print it.</summary>
public sealed partial record PhoneNumber(string Text)
{
    /// <summary>For a link: <c>tel:+16085550142</c>.</summary>
    public string Link => "tel:+1" + string.Concat(Text.Where(char.IsAsciiDigit));

    public override string ToString() => Text;

    internal static PhoneNumber Read(FrontMatter front, string key)
    {
        var text = front.Text(key);
        if (text.Length > 0 && !Printed().IsMatch(text))
        {
            front.Problem(key, $"\"{key}\" is \"{text}\". Write a number like (608) 555-0142.");
        }

        return new PhoneNumber(text);
    }

    [GeneratedRegex(@"^\(\d{3}\) \d{3}-\d{4}$")]
    private static partial Regex Printed();
}
