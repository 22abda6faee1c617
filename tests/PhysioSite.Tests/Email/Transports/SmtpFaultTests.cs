using PhysioSite.Email.Outbox;

namespace PhysioSite.Tests.Email.Transports;

/// <summary>Every server fault at every step of an SMTP session, and the outcome for the email.</summary>
public sealed class SmtpFaultTests
{
    private static readonly SmtpStage[] WithStartTls =
    [
        SmtpStage.Greeting, SmtpStage.Hello, SmtpStage.StartTls, SmtpStage.Handshake, SmtpStage.HelloAgain, SmtpStage.SignIn,
        SmtpStage.Mail, SmtpStage.Recipient, SmtpStage.Data, SmtpStage.Message,
    ];

    private static readonly SmtpStage[] WithImplicitTls = [.. WithStartTls.Except([SmtpStage.StartTls, SmtpStage.HelloAgain])];

    public enum Fault
    {
        TriesLater,
        Refuses,
        FallsSilent,
        HangsUp,
        TalksNonsense,
        NeverEndsItsLine,
        NeverEndsItsAnswer,
    }

    public static IEnumerable<object[]> Faults =>
        Enum.GetValues<Fault>().SelectMany(fault => new object[][] { [fault, false], [fault, true] });

    /// <summary>
    /// The table of outcomes. An email is parked only if the server has refused it. All emails pause only for a fault that affects every
    /// email.
    /// </summary>
    private static DeliveryOutcome Expected(SmtpStage stage, Fault fault) => (stage, fault) switch
    {
        (_, Fault.FallsSilent or Fault.HangsUp) => DeliveryOutcome.TryLater,
        (SmtpStage.Handshake, _) => DeliveryOutcome.SettingsAtFault,
        (SmtpStage.Mail or SmtpStage.Recipient or SmtpStage.Data or SmtpStage.Message, Fault.Refuses) => DeliveryOutcome.Refused,
        (_, Fault.Refuses) => DeliveryOutcome.SettingsAtFault,
        _ => DeliveryOutcome.TryLater,
    };

    [Theory]
    [MemberData(nameof(Faults))]
    public async Task Server_WithFaultAtAnyStage_MeansForTheMailWhatTheTableSays(Fault fault, bool implicitTls)
    {
        var stages = implicitTls ? WithImplicitTls : WithStartTls;

        var outcomes = await Task.WhenAll(stages.Select(stage => SendAsync(stage, fault, implicitTls)));

        Assert.Equal(stages.Select(stage => (stage, Expected(stage, fault))), stages.Zip(outcomes, (stage, outcome) => (stage, outcome)));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Server_HangsUpAfterTheMail_SaysThatItMayHaveArrived(bool stored)
    {
        await using var server = Server(SmtpStage.Message, stored ? SmtpMove.StoreAndHangUp : SmtpMove.HangUp);
        await using var sending = new Sending(server);

        var delivery = await sending.SendAsync();

        Assert.Equal(
            new(
                DeliveryOutcome.TryLater,
                "The mail server closed the connection before it confirmed the email, which may have arrived."),
            delivery);
        Assert.Equal(stored ? 1 : 0, server.Received.Count);
    }

    [Theory]
    [InlineData(
        SmtpStage.Mail,
        "550 5.1.8 Not you, no-reply@cedarandstride.example",
        DeliveryOutcome.Refused,
        "The mail server refused the sender for good (550 5.1.8).")]
    [InlineData(
        SmtpStage.Recipient,
        "550-5.1.1 Nobody\r\n550 5.1.1 called ada@patients.example",
        DeliveryOutcome.Refused,
        "The mail server refused the recipient for good (550 5.1.1).")]
    [InlineData(
        SmtpStage.Recipient,
        "554 5.7.1 Policy",
        DeliveryOutcome.Refused,
        "The mail server refused the recipient for good (554 5.7.1).")]
    [InlineData(
        SmtpStage.Recipient,
        "550 2.0.0 Codes that do not agree",
        DeliveryOutcome.Refused,
        "The mail server refused the recipient for good (550).")]
    [InlineData(SmtpStage.Message, "452 4.2.2 Mailbox full", DeliveryOutcome.TryLater, "The mail server asked to try later (452 4.2.2).")]
    [InlineData(
        SmtpStage.Recipient,
        "530 5.7.0 Must sign in",
        DeliveryOutcome.SettingsAtFault,
        "The mail server refused the sign-in (530 5.7.0). Check Email:Smtp:User and Email:Smtp:Password.")]
    [InlineData(
        SmtpStage.SignIn,
        "535 5.7.8 No",
        DeliveryOutcome.SettingsAtFault,
        "The mail server refused the sign-in (535 5.7.8). Check Email:Smtp:User and Email:Smtp:Password.")]
    [InlineData(SmtpStage.SignIn, "454 4.7.0 Not now", DeliveryOutcome.TryLater, "The mail server asked to try later (454 4.7.0).")]
    [InlineData(SmtpStage.Data, "250 Sure", DeliveryOutcome.TryLater, "The mail server gave an answer that does not belong there (250).")]
    public async Task Answer_OfAnyKind_IsKeptByItsCodesAndNotByItsWords(
        SmtpStage stage,
        string reply,
        DeliveryOutcome outcome,
        string detail)
    {
        await using var server = Server(stage, new SmtpMove(reply));
        await using var sending = new Sending(server);

        Assert.Equal(new(outcome, detail), await sending.SendAsync());
    }

    /// <summary>
    /// The site does not sign in, so a policy refusal may mean that a sign-in is required. The refusal stays visible and the email is
    /// retried.
    /// </summary>
    [Theory]
    [InlineData(SmtpStage.Recipient, DeliveryOutcome.TryLater)]
    [InlineData(SmtpStage.Message, DeliveryOutcome.Refused)]
    public async Task RefusalForPolicy_WithoutSignIn_ParksOnlyAMailThatWasRead(SmtpStage stage, DeliveryOutcome outcome)
    {
        await using var server = new SmtpServer { Script = at => at == stage ? new SmtpMove("554 5.7.1 Access denied") : null };
        await using var sending = new Sending(server);

        Assert.Equal(outcome, (await sending.SendAsync()).Outcome);
    }

    /// <summary>Two replies to one command. The second would otherwise be read as the reply to the email.</summary>
    [Fact]
    public async Task Server_AnswersAhead_IsNotBelieved()
    {
        await using var server = Server(SmtpStage.Data, new SmtpMove("354 Go on\r\n250 2.0.0 Stored"));
        await using var sending = new Sending(server);

        Assert.Equal(DeliveryOutcome.TryLater, (await sending.SendAsync()).Outcome);
        Assert.Empty(server.Received);
    }

    private static SmtpServer Server(SmtpStage stage, SmtpMove move, bool implicitTls = false) => new()
    {
        Account = new("physiosite", "sesame, open"),
        ImplicitTls = implicitTls,
        Script = at => at == stage ? move : null,
    };

    private static async Task<DeliveryOutcome> SendAsync(SmtpStage stage, Fault fault, bool implicitTls)
    {
        await using var server = Server(stage, Move(fault), implicitTls);
        await using var sending = new Sending(server, ("Email:Smtp:TimeoutSeconds", fault == Fault.FallsSilent ? "1" : "60"));
        var delivery = await sending.SendAsync();
        Assert.Empty(server.Received);
        Assert.DoesNotContain("scripted", delivery.Detail, StringComparison.Ordinal);
        Assert.DoesNotContain("@", delivery.Detail, StringComparison.Ordinal);
        return delivery.Outcome;
    }

    private static SmtpMove Move(Fault fault) => fault switch
    {
        Fault.TriesLater => new("451 4.3.0 scripted for ada@patients.example"),
        Fault.Refuses => new("550 5.3.0 scripted for ada@patients.example"),
        Fault.FallsSilent => SmtpMove.Silence,
        Fault.HangsUp => SmtpMove.HangUp,
        Fault.TalksNonsense => new("HTTP/1.1 400 Bad Request"),
        Fault.NeverEndsItsLine => new(new string('2', 4000), Endless: true),
        Fault.NeverEndsItsAnswer => new("250-scripted\r\n250-scripted\r\n", Endless: true),
        _ => throw new ArgumentOutOfRangeException(nameof(fault)),
    };
}
