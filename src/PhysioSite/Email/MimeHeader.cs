using System.Text;

namespace PhysioSite.Email;

/// <summary>Header lines: folded, and in encoded words (RFC 2047) where plain ASCII does not do. Each ends in CR LF.</summary>
internal static class MimeHeader
{
    private const int LongestEncodedWord = 75;

    /// <summary>Of one word between spaces that is written as it is.</summary>
    private const int LongestPlainWord = 60;

    public static string Text(string name, string text) => Fold(name, IsPlain(text) ? text.Split(' ') : EncodedWords(name, text));

    public static string Mailbox(string name, string displayName, string address)
    {
        IEnumerable<string> words = displayName.Length == 0 ? []
            : !IsPlain(displayName) ? EncodedWords(name, displayName)
            : displayName.All(c => c == ' ' || IsAtomCharacter(c)) ? displayName.Split(' ')
            : displayName.Length <= LongestPlainWord ? [$"\"{displayName.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\""]
            : EncodedWords(name, displayName);
        return Fold(name, [.. words, $"<{address}>"]);
    }

    private static string Fold(string name, IEnumerable<string> words)
    {
        var header = new StringBuilder(name).Append(':');
        var column = header.Length;
        foreach (var word in words)
        {
            if (column > name.Length + 1 && column + 1 + word.Length > MimeMail.LongestLine)
            {
                header.Append("\r\n");
                column = 0;
            }

            header.Append(' ').Append(word);
            column += 1 + word.Length;
        }

        return header.Append("\r\n").ToString();
    }

    /// <summary>Whether the text comes back from folding as it was, and nobody takes a part of it for an encoded word.</summary>
    private static bool IsPlain(string text) =>
        text.All(c => c is >= ' ' and <= '~')
        && !text.Contains("=?", StringComparison.Ordinal)
        && text.Split(' ').All(word => word.Length is > 0 and <= LongestPlainWord);

    /// <summary>RFC 5322, 3.2.3.</summary>
    private static bool IsAtomCharacter(char c) => char.IsAsciiLetterOrDigit(c) || "!#$%&'*+-/=?^_`{|}~".Contains(c, StringComparison.Ordinal);

    /// <summary>Each word stands for whole characters, and fits into a line; the first into what the header's name leaves.</summary>
    private static List<string> EncodedWords(string name, string text)
    {
        var words = new List<string>();
        var word = new StringBuilder();
        var room = Math.Min(LongestEncodedWord, MimeMail.LongestLine - name.Length - ": ".Length);
        foreach (var rune in text.EnumerateRunes())
        {
            // A control character has no business in a header, however it is wrapped.
            var next = Rune.IsControl(rune) ? " " : rune.ToString();
            if (word.Length > 0 && Encode(word + next).Length > room)
            {
                words.Add(Encode(word.ToString()));
                word.Clear();
                room = LongestEncodedWord;
            }

            word.Append(next);
        }

        words.Add(Encode(word.ToString()));
        return words;
    }

    private static string Encode(string text) => $"=?utf-8?B?{Convert.ToBase64String(Encoding.UTF8.GetBytes(text))}?=";
}
