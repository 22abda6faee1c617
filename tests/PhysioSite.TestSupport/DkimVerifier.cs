using System.Diagnostics;
using System.Text;

namespace PhysioSite.TestSupport;

/// <summary>
/// Verifies a signature with Debian's dkimpy, which shares no code with the site, against a DNS record that the test supplies.
/// </summary>
public static class DkimVerifier
{
    private const string Python = "/usr/bin/python3";

    /// <summary>Prints whether the signature is valid, then the subject and the text as parsed by Python's email package.</summary>
    private const string Script = """
        import sys, dkim, email, email.policy
        raw = sys.stdin.buffer.read()
        name, record = sys.argv[1], sys.argv[2]
        def dns(asked, timeout=5):
            asked = asked.decode() if isinstance(asked, bytes) else asked
            return record.encode() if asked.rstrip('.') == name else None
        print('valid' if dkim.verify(raw, dnsfunc=dns) else 'invalid')
        message = email.message_from_bytes(raw, policy=email.policy.default)
        sys.stdout.buffer.write((message['Subject'] + '\n' + message.get_body(('plain',)).get_content()).encode())
        """;

    public static string? WhyNot { get; } = Environment.GetEnvironmentVariable("REQUIRE_DKIM_VERIFIER") == "1" || IsThere()
        ? null
        : "There is no dkimpy for /usr/bin/python3. Install it with \"apt-get install python3-dkim\" (Debian).";

    /// <returns>Whether the signature is valid, and the subject and the text as parsed by Python's email package.</returns>
    public static async Task<(bool IsValid, string Subject, string Text)> VerifyAsync(byte[] raw, string recordName, string recordText)
    {
        using var process = Start(["-c", Script, recordName, recordText]);
        await process.StandardInput.BaseStream.WriteAsync(raw);
        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEndAsync();
        var error = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, error);
        var lines = (await output).Split('\n', 3);
        Assert.True(lines[0] is "valid" or "invalid", lines[0]);
        return (lines[0] == "valid", lines[1], lines[2]);
    }

    private static bool IsThere()
    {
        if (!File.Exists(Python))
        {
            return false;
        }

        using var process = Start(["-c", "import dkim, nacl"]);
        process.StandardInput.Close();
        process.WaitForExit();
        return process.ExitCode == 0;
    }

    private static Process Start(string[] arguments) => Process.Start(new ProcessStartInfo(Python, arguments)
    {
        RedirectStandardInput = true,
        RedirectStandardOutput = true,
        RedirectStandardError = true,
        StandardOutputEncoding = Encoding.UTF8,
    })!;
}
