namespace PhysioSite.Faults.Email;

/// <summary>A fault of a mail server.</summary>
/// <param name="Stage">The stage at which the fault affects the site. Occurrences are counted there.</param>
/// <param name="Move">What the server does at that stage; null for normal behavior.</param>
internal sealed record SmtpFault(string Name, SmtpStage Stage, SmtpMove? Move)
{
    /// <summary>A change to the server as a whole.</summary>
    public Action<SmtpServer>? Change { get; init; }

    /// <summary>Whether the email is permanently rejected. A person must then be able to see it.</summary>
    public bool Parks { get; init; }

    /// <summary>Whether no server is listening.</summary>
    public bool NoServer { get; init; }

    /// <summary>Whether the fault is part of the short run.</summary>
    public bool IsShort { get; init; }

    public static IReadOnlyList<SmtpFault> All { get; } =
    [
        new("no-server", SmtpStage.Greeting, null) { NoServer = true },
        new("greeting-hangs", SmtpStage.Greeting, SmtpMove.Silence),
        new("greeting-drops", SmtpStage.Greeting, SmtpMove.HangUp),
        new("data-hangs", SmtpStage.Data, SmtpMove.Silence),
        new("message-hangs", SmtpStage.Message, SmtpMove.Silence),
        new("message-dropped", SmtpStage.Message, SmtpMove.HangUp),
        new("message-stored-then-dropped", SmtpStage.Message, SmtpMove.StoreAndHangUp) { IsShort = true },
        new("greeting-4xx", SmtpStage.Greeting, SmtpMove.Answer(421)),
        new("hello-4xx", SmtpStage.Hello, SmtpMove.Answer(421)),
        new("starttls-4xx", SmtpStage.StartTls, SmtpMove.Answer(454)),
        new("sign-in-4xx", SmtpStage.SignIn, SmtpMove.Answer(454, "4.7.0 scripted")),
        new("mail-4xx", SmtpStage.Mail, SmtpMove.Answer(451)),
        new("recipient-4xx", SmtpStage.Recipient, SmtpMove.Answer(450)),
        new("data-4xx", SmtpStage.Data, SmtpMove.Answer(451)),
        new("message-4xx", SmtpStage.Message, SmtpMove.Answer(452)),
        new("greeting-5xx", SmtpStage.Greeting, SmtpMove.Answer(554)),
        new("hello-5xx", SmtpStage.Hello, SmtpMove.Answer(550)),
        new("starttls-5xx", SmtpStage.StartTls, SmtpMove.Answer(554)),
        new("sign-in-5xx", SmtpStage.SignIn, SmtpMove.Answer(535, "5.7.8 scripted")),
        new("mail-5xx", SmtpStage.Mail, SmtpMove.Answer(550, "5.1.8 scripted")) { Parks = true },
        new("recipient-5xx", SmtpStage.Recipient, SmtpMove.Answer(550, "5.1.1 scripted")) { Parks = true },
        new("data-5xx", SmtpStage.Data, SmtpMove.Answer(554, "5.6.0 scripted")) { Parks = true },
        new("message-5xx", SmtpStage.Message, SmtpMove.Answer(552, "5.3.4 scripted")) { Parks = true },
        new("password-refused", SmtpStage.SignIn, null) { Change = server => server.Account = new("physiosite", "another") },
        new("no-auth", SmtpStage.Hello, null) { Change = server => server.Account = null },
        new("no-tls", SmtpStage.Hello, null) { Change = server => server.Certificate = null },
        new("wrong-certificate", SmtpStage.StartTls, null) { Change = server => server.Certificate = TestCertificates.OfAnotherHost },
        new("untrusted-certificate", SmtpStage.StartTls, null) { Change = server => server.Certificate = TestCertificates.Untrusted },
    ];
}
