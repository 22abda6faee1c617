using PhysioSite.Email;

namespace PhysioSite.Tests.Operations;

/// <summary>The "email test" command: its output for the operator and its exit code.</summary>
[Collection(nameof(EmailTestCommandTests))]
public sealed class EmailTestCommandTests
{
    [Fact]
    public async Task MailTest_WithAServerThatTakesTheMail_SaysEachStep()
    {
        await using var server = new SmtpServer { Account = new("physiosite", "sesame") };

        var (code, output) = await RunAsync(server, "--to", "ada@patients.example");

        Assert.Equal(0, code);
        Assert.Matches(
            $"""
            ^From Cedar & Stride <no-reply@cedarandstride\.example> to ada@patients\.example, by the mail server localhost:{server.Port}\.
            Connected to localhost \(127\.0\.0\.1, port {server.Port}\)\.
            TLS is on \(Tls1[23]\)\. Certificate: CN=localhost, valid until .+ UTC\.
            Signed in as physiosite with PLAIN\.
            The server took the email: 250 2\.0\.0 Stored
            The email is on its way\. Check that it arrives, and not in the junk folder\.
            $
            """.ReplaceLineEndings("\n"),
            output);
        Assert.Equal("Test of the website's email", Assert.Single(server.Received).Mail.Subject);
    }

    [Fact]
    public async Task MailTest_WithAServerThatRefuses_SaysWhatTheServerSaidAndWhatToChange()
    {
        await using var server = new SmtpServer
        {
            Account = new("physiosite", "sesame"),
            Script = at => at == SmtpStage.SignIn
                ? new SmtpMove("535-5.7.8 Not\u001b[2J accepted\r\n535 5.7.8 for physiosite")
                : null,
        };

        var (code, output) = await RunAsync(server, "--to", "ada@patients.example");

        Assert.Equal(1, code);
        Assert.Contains("The server said: 535 5.7.8 Not [2J accepted / 5.7.8 for physiosite\n", output, StringComparison.Ordinal);
        Assert.Contains(
            "The email has not left. The mail server refused the sign-in (535 5.7.8). "
            + "Check Email:Smtp:User and Email:Smtp:Password.\n",
            output,
            StringComparison.Ordinal);
        Assert.Contains("all email of the site is paused; none is lost", output, StringComparison.Ordinal);
        Assert.DoesNotContain("sesame", output, StringComparison.Ordinal);
    }

    private static async Task<(int Code, string Output)> RunAsync(SmtpServer server, params string[] arguments)
    {
        var settings = new Dictionary<string, string?> { ["Email:From"] = "Cedar & Stride <no-reply@cedarandstride.example>" };
        foreach (var (key, value) in server.Settings)
        {
            settings[key] = value;
        }

        if (server.Account is { } account)
        {
            (settings["Email:Smtp:User"], settings["Email:Smtp:Password"]) = (account.UserName, account.Password);
        }

        await using var services = new ServiceCollection().AddSingleton(TimeProvider.System)
            .AddEmail(new ConfigurationBuilder().AddInMemoryCollection(settings).Build()).BuildServiceProvider();
        var (normal, error) = (Console.Out, Console.Error);
        using var output = new StringWriter { NewLine = "\n" };
        Console.SetOut(output);
        Console.SetError(output);
        try
        {
            return (await services.RunCommandAsync(["email", "test", .. arguments]), output.ToString());
        }
        finally
        {
            Console.SetOut(normal);
            Console.SetError(error);
        }
    }
}

/// <summary>The console is shared by the whole process, so these tests run without others in parallel.</summary>
[CollectionDefinition(nameof(EmailTestCommandTests), DisableParallelization = true)]
public sealed class MailTestCommandConsole;
