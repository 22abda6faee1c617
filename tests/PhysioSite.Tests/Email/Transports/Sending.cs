using PhysioSite.Email;
using PhysioSite.Email.Outbox;
using PhysioSite.Email.Transports;
using PhysioSite.Tests.Email.Outbox;

namespace PhysioSite.Tests.Email.Transports;

/// <summary>The transport alone, configured as the site configures it for a server, without outbox and database.</summary>
internal sealed class Sending : IAsyncDisposable
{
    public const string User = "physiosite";
    public const string Password = "sesame, öffne dich";

    private readonly ServiceProvider _services;

    public Sending(SmtpServer server, params (string Key, string Value)[] settings)
    {
        var values = new Dictionary<string, string?>
        {
            ["Email:From"] = "Cedar & Stride <no-reply@cedarandstride.example>",
            ["Email:Smtp:TimeoutSeconds"] = "30",
        };
        foreach (var (key, value) in server.Settings)
        {
            values[key] = value;
        }

        if (server.Account is { } account)
        {
            (values["Email:Smtp:User"], values["Email:Smtp:Password"]) = (account.UserName, account.Password);
        }

        foreach (var (key, value) in settings)
        {
            values[key] = value;
        }

        _services = new ServiceCollection()
            .AddEmail(new ConfigurationBuilder().AddInMemoryCollection(values).Build())
            .BuildServiceProvider();
        Transport = _services.GetRequiredService<IEmailTransport>();
    }

    public IEmailTransport Transport { get; }

    public DkimSigning Dkim => _services.GetRequiredService<DkimSigning>();

    public EmailMessageComposer Composer => _services.GetRequiredService<EmailMessageComposer>();

    /// <summary>A server without faults that requires the sign-in of <see cref="User"/>.</summary>
    public static SmtpServer Server(bool implicitTls = false) => new() { Account = new(User, Password), ImplicitTls = implicitTls };

    public static OutboxEmail Mail(string to = "ada@patients.example", string subject = "Request ABC", params string[] paragraphs)
    {
        var open = new EmailAction("Open", new Uri("https://www.physiosite.example/"));
        var text = new EmailText(subject, paragraphs.Length > 0 ? paragraphs : ["Text"], [], open, []);
        return OutboxSteps.Email("ABC", to, text, TestClock.Tuesday.UtcDateTime);
    }

    public Task<Delivery> SendAsync(OutboxEmail? mail = null, CancellationToken cancellationToken = default) =>
        Transport.SendAsync(mail ?? Mail(), cancellationToken);

    public ValueTask DisposeAsync() => _services.DisposeAsync();
}
