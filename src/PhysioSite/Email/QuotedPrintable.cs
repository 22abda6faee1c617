using System.Globalization;
using System.Text;

namespace PhysioSite.Email;

/// <summary>RFC 2045, 6.7.</summary>
internal static class QuotedPrintable
{
    /// <summary>Writes one line of text as one or several lines; the last has no line break.</summary>
    public static void Write(StringBuilder text, string line)
    {
        var bytes = Encoding.UTF8.GetBytes(line);
        var column = 0;
        for (var i = 0; i < bytes.Length; i++)
        {
            var plain = IsPlain(bytes, i, atStart: column == 0);
            if (column + (plain ? 1 : 3) >= MimeMail.LongestLine)
            {
                text.Append("=\r\n");
                column = 0;
                plain = IsPlain(bytes, i, atStart: true);
            }

            if (plain)
            {
                text.Append((char)bytes[i]);
                column++;
            }
            else
            {
                text.Append('=').Append(bytes[i].ToString("X2", CultureInfo.InvariantCulture));
                column += 3;
            }
        }
    }

    /// <summary>A dot and "From" at the start of a line are encoded too, since not every server leaves them alone.</summary>
    private static bool IsPlain(byte[] bytes, int i, bool atStart) => bytes[i] switch
    {
        (byte)' ' or (byte)'\t' => i < bytes.Length - 1,
        (byte)'=' => false,
        (byte)'.' => !atStart,
        (byte)'F' => !(atStart && bytes.AsSpan(i).StartsWith("From "u8)),
        var other => other is > (byte)' ' and <= (byte)'~',
    };
}
