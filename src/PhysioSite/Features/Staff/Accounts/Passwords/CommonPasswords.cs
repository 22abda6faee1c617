using System.IO.Compression;

namespace PhysioSite.Features.Staff.Accounts.Passwords;

/// <summary>Common passwords in lower case. <c>common-passwords.md</c> documents their source.</summary>
internal static class CommonPasswords
{
    private static readonly Lazy<HashSet<string>> All = new(Read);

    public static bool Contains(string password) => All.Value.Contains(password);

    private static HashSet<string> Read()
    {
        using var stream = typeof(CommonPasswords).Assembly.GetManifestResourceStream("common-passwords.txt.gz")!;
        using var plain = new GZipStream(stream, CompressionMode.Decompress);
        using var text = new StreamReader(plain);
        var all = new HashSet<string>(StringComparer.Ordinal);
        while (text.ReadLine() is { } password)
        {
            all.Add(password);
        }

        return all;
    }
}
