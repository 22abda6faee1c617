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

/// <summary>What an email is about.</summary>
/// <param name="RequestId">The appointment request. Null for an email about something else.</param>
/// <param name="Reference">
/// The reference of the request, or another name of what the email is about. Used in logs and in names of files.
/// </param>
/// <param name="ClinicSlug">The clinic whose staff may see that the email exists.</param>
public sealed record EmailTopic(Guid? RequestId, string Reference, string ClinicSlug);

/// <summary>The part of an email that is encrypted in the database: all personal data.</summary>
/// <param name="ReplyTo">Null when nobody reads replies.</param>
/// <param name="Calendar">The calendar entry that comes with the email.</param>
public sealed record EmailContent(
    string To, string Subject, string Text, string Html, string? ReplyTo = null, EmailCalendar? Calendar = null);

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

    public OutboxEmail(EmailKind kind, EmailTopic topic, string to, RenderedEmail email, DateTime now)
    {
        Id = Guid.CreateVersion7();
        Kind = kind;
        (RequestId, Reference, ClinicSlug) = (topic.RequestId, topic.Reference, topic.ClinicSlug);
        Content = new(new EmailContent(to, email.Subject, email.Text, email.Html, email.ReplyTo, email.Calendar));
        CreatedUtc = now;
        NextAttemptUtc = now;
        GiveUpUtc = now + RetryWindow;
    }

    public Guid Id { get; private set; }

    public EmailKind Kind { get; private set; }

    /// <inheritdoc cref="EmailTopic" path="/param[@name='RequestId']"/>
    public Guid? RequestId { get; private set; }

    /// <inheritdoc cref="EmailTopic" path="/param[@name='Reference']"/>
    public string Reference { get; private set; } = "";

    /// <inheritdoc cref="EmailTopic" path="/param[@name='ClinicSlug']"/>
    public string ClinicSlug { get; private set; } = "";

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

    /// <summary>When the body of the sent email was dropped. Such an email cannot be sent again.</summary>
    public DateTime? BodyDroppedUtc { get; private set; }

    /// <summary>The reason why the last attempt failed, without names or addresses.</summary>
    public string? LastError { get; private set; }

    /// <summary>Creates an entity for deleting a row without loading its content.</summary>
    internal static OutboxEmail ToDelete(Guid id) => new() { Id = id };

    /// <summary>What stays of the content. Nothing when it cannot be read.</summary>
    internal Encrypted<EmailContent> WithoutBody() => new(Content.Value is { } content
        ? new EmailContent(content.To, content.Subject, "", "")
        : new EmailContent("", "", "", ""));

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
            builder.Property(email => email.Id).ValueGeneratedNever();
            builder.Property(email => email.Kind).HasConversion<EmailKindConverter>().HasMaxLength(40);
            builder.Property(email => email.Reference).HasColumnName("About").HasMaxLength(40);
            builder.Property(email => email.ClinicSlug).HasColumnName("Scope").HasMaxLength(100);
            builder.Property(email => email.LastError).HasMaxLength(300);
            builder.Property(email => email.Content).IsEncrypted();
            // The emails that wait are few. The outbox finds those that are due in the order of this index. SQLite prefers another one when
            // the state is not its first column.
            builder.HasIndex(email => new { email.State, email.NextAttemptUtc, email.Attempts, email.LeaseUntilUtc })
                .HasFilter($"\"{nameof(State)}\" = '{nameof(OutboxState.Waiting)}'")
                .HasDatabaseName("IX_Outbox_Due");
            // The deliveries page counts all emails of a state in this index, which is a fraction of the others.
            builder.HasIndex(email => email.State).HasDatabaseName("IX_Outbox_CountOfStates");
            // The deliveries page counts and pages emails in these indexes alone, without reading their content.
            builder.HasIndex(email => new { email.ClinicSlug, email.State, email.CreatedUtc, email.Id, email.SentUtc })
                .HasDatabaseName("IX_Outbox_ListOfClinic");
            builder.HasIndex(email => new { email.State, email.CreatedUtc, email.Id, email.ClinicSlug })
                .HasDatabaseName("IX_Outbox_ListOfState");
            builder.HasIndex(email => new { email.CreatedUtc, email.Id, email.ClinicSlug }).HasDatabaseName("IX_Outbox_List");
            builder.HasIndex(email => new { email.SentUtc, email.BodyDroppedUtc });

            // For the erasure of a request.
            builder.HasIndex(email => email.Reference);
        }
    }
}
