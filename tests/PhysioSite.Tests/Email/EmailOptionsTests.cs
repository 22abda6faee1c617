using Microsoft.Extensions.Options;
using PhysioSite.Email;

namespace PhysioSite.Tests.Email;

/// <summary>An invalid setting is reported before the site starts, with the action that fixes it.</summary>
public sealed class EmailOptionsTests
{
    private const string From = "Cedar & Stride <no-reply@example.org>";

    [Theory]
    [InlineData("From", "", "Email:From is \"\". Set it to the sender of every email, like \"Cedar & Stride <no-reply@example.org>\".")]
    [InlineData(
        "From",
        "Cedar & Stride",
        "Email:From is \"Cedar & Stride\". Set it to the sender of every email, like \"Cedar & Stride <no-reply@example.org>\".")]
    [InlineData(
        "From",
        "Cedar & Stride <józef@example.org>",
        "Email:From is \"Cedar & Stride <józef@example.org>\". Set it to the sender of every email, "
        + "like \"Cedar & Stride <no-reply@example.org>\".")]
    [InlineData("Smtp:Port", "0", "Email:Smtp:Port is 0. Set it to the server's submission port, usually 587 or 465.")]
    [InlineData("Smtp:Port", "65536", "Email:Smtp:Port is 65536. Set it to the server's submission port, usually 587 or 465.")]
    [InlineData(
        "Smtp:User",
        "physiosite",
        "Only one of Email:Smtp:User and Email:Smtp:Password is set. Set both, or neither for a server that asks for none.")]
    [InlineData(
        "Smtp:Password",
        "sesame",
        "Only one of Email:Smtp:User and Email:Smtp:Password is set. Set both, or neither for a server that asks for none.")]
    [InlineData("Smtp:AccessToken", "token", "An access token is set without Email:Smtp:User. Set it to the mailbox the token is for.")]
    [InlineData(
        "Smtp:AccessTokenFile",
        "/run/token",
        "An access token is set without Email:Smtp:User. Set it to the mailbox the token is for.")]
    [InlineData(
        "Smtp:CertificateFile",
        "/nowhere.pem",
        "Email:Smtp:CertificateFile is \"/nowhere.pem\", which cannot be read or holds no certificate. "
        + "Set it to a PEM file, or remove it to trust what this machine trusts.")]
    [InlineData(
        "Smtp:Security",
        "None",
        "Email:Smtp:Security is None, but mail.example.org is not this machine: names would travel in the clear. "
        + "Remove the setting, or use a server on localhost.")]
    [InlineData("Smtp:TimeoutSeconds", "0", "Email:Smtp:TimeoutSeconds is 0. Set it to 1 to 300 seconds.")]
    [InlineData("Smtp:TimeoutSeconds", "301", "Email:Smtp:TimeoutSeconds is 301. Set it to 1 to 300 seconds.")]
    public void Setting_ThatCannotWork_IsNamedWithWhatToDo(string key, string value, string message) =>
        Assert.Equal([message], Problems(("Smtp:Host", "mail.example.org"), (key, value)));

    [Theory]
    [InlineData(
        "Domain",
        "example.com",
        "Email:Dkim:Domain is \"example.com\", but Email:From is an address of example.org. "
        + "Set it to example.org, or to the domain above it: receivers ignore another domain's signature.")]
    [InlineData("Domain", "org", "Email:Dkim:Domain is \"org\". Set it to the domain of Email:From, like \"example.org\".")]
    [InlineData(
        "Domain",
        "",
        "Email:Dkim is set in part. Set Email:Dkim:Domain, Email:Dkim:Selector and Email:Dkim:PrivateKeyFile, or none of them.")]
    [InlineData(
        "Selector",
        "",
        "Email:Dkim is set in part. Set Email:Dkim:Domain, Email:Dkim:Selector and Email:Dkim:PrivateKeyFile, or none of them.")]
    [InlineData("Selector", "a b", "Email:Dkim:Selector is \"a b\". Set it to letters and digits, like \"site2026\".")]
    [InlineData(
        "PrivateKeyFile",
        "",
        "Email:Dkim is set in part. Set Email:Dkim:Domain, Email:Dkim:Selector and Email:Dkim:PrivateKeyFile, or none of them.")]
    [InlineData(
        "PrivateKeyFile",
        "/nowhere.pem",
        "Email:Dkim:PrivateKeyFile is \"/nowhere.pem\", which cannot be read (FileNotFoundException). "
        + "Check the path and its permissions.")]
    public void Dkim_ThatCannotWork_IsNamedWithWhatToDo(string key, string value, string message)
    {
        using var keys = new DkimKeys();

        Assert.Equal([message], Problems([.. Dkim(keys.Write("rsa")), ($"Dkim:{key}", value)]));
    }

    [Theory]
    [InlineData("rsa-512", "which has an RSA key of 512 bits. Receivers ignore keys of less than 1024; make one of 2048.")]
    [InlineData("public", "which holds neither an RSA nor an Ed25519 private key.")]
    [InlineData("ecdsa", "which holds neither an RSA nor an Ed25519 private key.")]
    [InlineData("encrypted", "which is not a PEM file of a private key without a password.")]
    [InlineData("broken", "which is not a PEM file of a private key without a password.")]
    [InlineData("nonsense", "which holds neither an RSA nor an Ed25519 private key.")]
    public void Dkim_WithAKeyThatCannotSign_SaysWhatIsWrongWithTheFile(string kind, string says)
    {
        using var keys = new DkimKeys();
        var file = keys.Write(kind);

        Assert.Equal([$"Email:Dkim:PrivateKeyFile is \"{file}\", {says} Make a key as docs/operations.md says."], Problems(Dkim(file)));
    }

    [Theory]
    [InlineData("rsa", "example.org")]
    [InlineData("rsa-pkcs1", "EXAMPLE.org")]
    [InlineData("ed25519", "mail.example.org")]
    public void Dkim_WithKeyAndDomainOfTheSender_IsAccepted(string kind, string domain)
    {
        using var keys = new DkimKeys();

        Assert.Empty(Problems([.. Dkim(keys.Write(kind)), ("Dkim:Domain", domain)]));
    }

    [Theory]
    [InlineData("localhost")]
    [InlineData("LOCALHOST")]
    [InlineData("127.0.0.1")]
    [InlineData("::1")]
    public void Security_NoneForThisMachine_IsAccepted(string host) =>
        Assert.Empty(Problems(("Smtp:Host", host), ("Smtp:Security", "None")));

    [Fact]
    public void RequireTls_OfAnEarlierSetting_StillMeansNone()
    {
        Assert.Equal(SmtpSecurity.None, new SmtpOptions { RequireTls = false }.UsedSecurity);
        var problem = Assert.Single(Problems(("Smtp:Host", "mail.example.org"), ("Smtp:RequireTls", "false")));
        Assert.Contains("would travel in the clear", problem, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("localhost.example.org")]
    [InlineData("10.0.0.1")]
    [InlineData("0.0.0.0")]
    public void Security_NoneForAnotherMachine_IsRefused(string host) =>
        Assert.Contains(
            "Email:Smtp:Security",
            Assert.Single(Problems(("Smtp:Host", host), ("Smtp:Security", "None"))),
            StringComparison.Ordinal);

    [Fact]
    public void Settings_WithSeveralMistakes_NameThemAll()
    {
        var problems = Problems(
            ("From", "x"),
            ("Smtp:Host", "mail.example.org"),
            ("Smtp:Port", "0"),
            ("Smtp:User", "u"),
            ("Smtp:TimeoutSeconds", "0"));
        Assert.Equal(4, problems.Length);
    }

    [Fact]
    public void Settings_OfAServerWithSignIn_AreAccepted() =>
        Assert.Empty(Problems(("Smtp:Host", "mail.example.org"), ("Smtp:User", "physiosite"), ("Smtp:Password", "sesame")));

    [Fact]
    public void Settings_WithPasswordAndToken_AskForOne() =>
        Assert.Equal(
            ["Both Email:Smtp:Password and an access token are set. Keep the one the server asks for."],
            Problems(
                ("Smtp:Host", "mail.example.org"),
                ("Smtp:User", "physiosite"),
                ("Smtp:Password", "sesame"),
                ("Smtp:AccessToken", "token")));

    [Theory]
    [InlineData("587")]
    [InlineData("465")]
    public void Settings_OfAServerWithTokens_AreAccepted(string port) =>
        Assert.Empty(Problems(
            ("Smtp:Host", "mail.example.org"),
            ("Smtp:Port", port),
            ("Smtp:User", "physiosite"),
            ("Smtp:AccessTokenFile", "/run/token")));

    [Fact]
    public void Settings_WithoutAServer_AskForNoServerSettings() => Assert.Empty(Problems(("Smtp:Port", "0"), ("Smtp:Security", "None")));

    private static (string Key, string Value)[] Dkim(string file) =>
        [("Dkim:Domain", "example.org"), ("Dkim:Selector", "site2026"), ("Dkim:PrivateKeyFile", file)];

    private static string[] Problems(params (string Key, string Value)[] settings)
    {
        var values = new Dictionary<string, string?> { ["Email:From"] = From };
        foreach (var (key, value) in settings)
        {
            values[$"Email:{key}"] = value;
        }

        using var services = new ServiceCollection()
            .AddEmail(new ConfigurationBuilder().AddInMemoryCollection(values).Build())
            .BuildServiceProvider();
        try
        {
            _ = services.GetRequiredService<IOptions<EmailOptions>>().Value;
            return [];
        }
        catch (OptionsValidationException e)
        {
            return [.. e.Failures];
        }
    }
}
