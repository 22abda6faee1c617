namespace PhysioSite.Web.Caching;

/// <summary>
/// Removes the indentation and the empty lines of a page, which browsers ignore. They are about 2 % of a compressed article.
/// </summary>
internal static class Indentation
{
    public static byte[] Remove(ReadOnlySpan<byte> html)
    {
        // In these elements, whitespace is text.
        if (html.IndexOf("<pre"u8) >= 0 || html.IndexOf("<textarea"u8) >= 0)
        {
            return html.ToArray();
        }

        var shorter = new byte[html.Length + 1];
        var length = 0;
        foreach (var line in html.Split((byte)'\n'))
        {
            var text = html[line].Trim(" \r"u8);
            if (!text.IsEmpty)
            {
                text.CopyTo(shorter.AsSpan(length));
                length += text.Length;
                shorter[length++] = (byte)'\n';
            }
        }

        return shorter[..length];
    }
}
