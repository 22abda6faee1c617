using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using PhysioSite.Data.Encryption;

namespace PhysioSite.Email.Outbox;

public enum OutboxState
{
    Waiting,
    Sent,

    /// <summary>Permanently refused, or given up after the last attempt. Staff decide whether to send it again.</summary>
    Failed,
}

/// <summary>The part of an email that is encrypted in the database: all personal data.</summary>
public sealed record EmailContent(string To, string Subject, string Text, string Html);

/// <summary>
/// One email to one recipient. It is stored together with the change that caused it and retried until it is sent or given up.
/// </summary>
public sealed class OutboxEmail
{
    /// <summary>The period in which an email is retried. Time in which an attempt was due but was not made does not count.</summary>
    public static readonly TimeSpan RetryWindow = TimeSpan.FromHours(72);

    /// <summary>The maximum time between two attempts, and between the creation of the email and its first attempt.</summary>
    public static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(66);

    private OutboxEmail()
    {
    }

    /// <param name="about">The reference of the item that the email is about.</param>
    /// <param name="scope">The clinic whose staff may see that the email exists.</param>
    public OutboxEmail(EmailKind kind, string about, string scope, string to, EmailText text, DateTime now)
    {
        Id = Guid.CreateVersion7();
        Kind = kind;
        About = about;
        Scope = scope;
        Content = new(new EmailContent(to, text.Subject, text.ToPlainText(), text.ToHtml()));
        CreatedUtc = now;
        NextAttemptUtc = now;
        GiveUpUtc = now + RetryWindow;
    }

    public Guid Id { get; private set; }

    public EmailKind Kind { get; private set; }

    public string About { get; private set; } = "";

    public string Scope { get; private set; } = "";

    public Encrypted<EmailContent> Content { get; private set; } = null!;

    public OutboxState State { get; private set; }

    /// <summary>The number of attempts started since the email was created or sent again.</summary>
    public int Attempts { get; private set; }

    public DateTime CreatedUtc { get; private set; }

    public DateTime NextAttemptUtc { get; private set; }

    public DateTime GiveUpUtc { get; private set; }

    /// <summary>The lease of the sender that processes the email, until the lease expires.</summary>
    public Guid? LeaseId { get; private set; }

    public DateTime? LeaseUntilUtc { get; private set; }

    public DateTime? SentUtc { get; private set; }

    /// <summary>The reason why the last attempt failed, without names or addresses.</summary>
    public string? LastError { get; private set; }

    /// <summary>Creates an entity for deleting a row without loading its content.</summary>
    internal static OutboxEmail ToDelete(Guid id) => new() { Id = id };

    /// <summary>Identical for every attempt, so that a recipient can recognise a duplicate.</summary>
    public string MessageId(string domain) => $"<{Id:N}@{domain}>";

    /// <summary>
    /// The time at which the email is given up, after an attempt. When an attempt is late because sending was paused or the site was
    /// stopped, the end of the retry window moves by the same amount.
    /// </summary>
    /// <param name="begunUtc">The time at which the attempt began.</param>
    public DateTime GiveUpAfter(DateTime begunUtc)
    {
        var late = begunUtc > NextAttemptUtc ? begunUtc - NextAttemptUtc : TimeSpan.Zero;
        var latest = begunUtc + RetryWindow;
        return GiveUpUtc + late < latest ? GiveUpUtc + late : latest;
    }

    /// <summary>
    /// 1, 5, 15 and 60 minutes after the first four attempts, then hourly. Jitter adds up to 10 percent, so that emails are not retried all
    /// at once.
    /// </summary>
    public static TimeSpan Backoff(int attempts, double jitter) =>
        TimeSpan.FromMinutes(attempts switch { <= 1 => 1, 2 => 5, 3 => 15, _ => 60 } * (1 + (0.1 * jitter)));

    internal sealed class Configuration : IEntityTypeConfiguration<OutboxEmail>
    {
        public void Configure(EntityTypeBuilder<OutboxEmail> builder)
        {
            builder.ToTable("Outbox");
            builder.Property(mail => mail.Id).ValueGeneratedNever();
            builder.Property(mail => mail.Kind).HasConversion<EmailKindConverter>().HasMaxLength(40);
            builder.Property(mail => mail.About).HasMaxLength(40);
            builder.Property(mail => mail.Scope).HasMaxLength(100);
            builder.Property(mail => mail.LastError).HasMaxLength(300);
            builder.Property(mail => mail.Content).IsEncrypted();
            builder.HasIndex(mail => new { mail.State, mail.NextAttemptUtc });
            // For the deliveries page, which counts and lists emails without reading their content, and for the erasure of a request.
            builder.HasIndex(mail => new { mail.Scope, mail.State, mail.CreatedUtc });
            builder.HasIndex(mail => mail.CreatedUtc);
            builder.HasIndex(mail => mail.About);
        }
    }
}
