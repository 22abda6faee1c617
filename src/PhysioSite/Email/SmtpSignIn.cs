using System.Text;

namespace PhysioSite.Email;

/// <summary>Who signs in, and how (RFC 4954): with a password by PLAIN or LOGIN, with an access token by XOAUTH2.</summary>
internal sealed class SmtpSignIn(string user, string secret, bool isToken)
{
    private static readonly string[] ForPassword = ["PLAIN", "LOGIN"];
    private static readonly string[] ForToken = ["XOAUTH2"];

    /// <summary>A token's file is read anew each time: whatever renews it writes it while the site runs.</summary>
    /// <exception cref="SmtpFaultException">There is no token in the file.</exception>
    public static async Task<SmtpSignIn> ReadAsync(SmtpOptions smtp, CancellationToken cancellationToken)
    {
        if (smtp.AccessTokenFile.Length == 0)
        {
            return smtp.AccessToken.Length > 0 ? new(smtp.User, smtp.AccessToken, isToken: true) : new(smtp.User, smtp.Password, isToken: false);
        }

        try
        {
            var token = (await File.ReadAllTextAsync(smtp.AccessTokenFile, cancellationToken)).Trim();
            return token.Length > 0 ? new(smtp.User, token, isToken: true) : throw new SmtpFaultException(SmtpVerdict.NoToken());
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new SmtpFaultException(SmtpVerdict.NoToken());
        }
    }

    /// <summary>The mechanism to use, the simplest to get right first; null when the server offers none that fits.</summary>
    public string? Choose(IReadOnlyCollection<string> offered) =>
        (isToken ? ForToken : ForPassword).FirstOrDefault(mechanism => offered.Contains(mechanism, StringComparer.OrdinalIgnoreCase));

    /// <summary>What is said first, and then to each of the server's questions. Whatever is asked beyond that is answered with an empty line, which ends it.</summary>
    public (string Command, string[] Answers) Speak(string mechanism) => mechanism switch
    {
        "PLAIN" => ($"AUTH PLAIN {Base64($"\0{user}\0{secret}")}", []),
        "LOGIN" => ("AUTH LOGIN", [Base64(user), Base64(secret)]),
        "XOAUTH2" => ($"AUTH XOAUTH2 {Base64($"user={user}\u0001auth=Bearer {secret}\u0001\u0001")}", []),
        _ => throw new ArgumentOutOfRangeException(nameof(mechanism)),
    };

    private static string Base64(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));
}
