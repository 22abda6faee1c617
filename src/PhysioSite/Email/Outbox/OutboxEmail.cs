using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using PhysioSite.Data.Encryption;

namespace PhysioSite.Email.Outbox;

public enum OutboxState
{
    Waiting,
    Sent,

    /// <summary>Refused for good, or given up after the last attempt. A person decides whether to send it again.</summary>
    Failed,
}

/// <summary>What is encrypted in the database: everything that names a person.</summary>
public sealed record EmailContent(string To, string Subject, string Text, string Html);

/// <summary>One mail to one recipient, stored with what caused it and sent until it has left.</summary>
public sealed class OutboxEmail
{
    /// <summary>For how long an email is tried; time in which an attempt was due and none was made does not count.</summary>
    public static readonly TimeSpan RetryWindow = TimeSpan.FromHours(72);

    /// <summary>No attempt is ever further away from the one before, nor from the writing of the mail.</summary>
    public static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(66);

    private OutboxEmail()
    {
    }

    /// <param name="kind">What the mail is, in words for staff: "To the clinic".</param>
    /// <param name="about">The reference of what it is about.</param>
    /// <param name="scope">The clinic whose staff may see that it exists.</param>
    public OutboxEmail(string kind, string about, string scope, string to, EmailText text, DateTime now)
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

    public string Kind { get; private set; } = "";

    public string About { get; private set; } = "";

    public string Scope { get; private set; } = "";

    public Encrypted<EmailContent> Content { get; private set; } = null!;

    public OutboxState State { get; private set; }

    /// <summary>Attempts begun since the mail was written or sent again.</summary>
    public int Attempts { get; private set; }

    public DateTime CreatedUtc { get; private set; }

    public DateTime NextAttemptUtc { get; private set; }

    public DateTime GiveUpUtc { get; private set; }

    /// <summary>The sender that is at work on it, until the lease runs out.</summary>
    public Guid? LeaseId { get; private set; }

    public DateTime? LeaseUntilUtc { get; private set; }

    public DateTime? SentUtc { get; private set; }

    /// <summary>Why the last attempt failed, in words without names or addresses.</summary>
    public string? LastError { get; private set; }

    /// <summary>A row to delete without loading what it says.</summary>
    internal static OutboxEmail ToDelete(Guid id) => new() { Id = id };

    /// <summary>The same for every attempt, so that a mail that arrives twice can be recognised.</summary>
    public string MessageId(string domain) => $"<{Id:N}@{domain}>";

    /// <summary>
    /// When it is given up, after an attempt. An attempt that comes late, because all email was paused or the site was stopped, moves the end of
    /// the retry window by as much as it is late.
    /// </summary>
    /// <param name="begunUtc">When the attempt began.</param>
    public DateTime GiveUpAfter(DateTime begunUtc)
    {
        var late = begunUtc > NextAttemptUtc ? begunUtc - NextAttemptUtc : TimeSpan.Zero;
        var latest = begunUtc + RetryWindow;
        return GiveUpUtc + late < latest ? GiveUpUtc + late : latest;
    }

    /// <summary>1, 5, 15 and 60 minutes after the first four attempts, then hourly; up to a tenth longer, so that mails do not return all at once.</summary>
    public static TimeSpan Backoff(int attempts, double jitter) =>
        TimeSpan.FromMinutes(attempts switch { <= 1 => 1, 2 => 5, 3 => 15, _ => 60 } * (1 + (0.1 * jitter)));

    internal sealed class Configuration : IEntityTypeConfiguration<OutboxEmail>
    {
        public void Configure(EntityTypeBuilder<OutboxEmail> builder)
        {
            builder.ToTable("Outbox");
            builder.Property(mail => mail.Id).ValueGeneratedNever();
            builder.Property(mail => mail.Kind).HasMaxLength(40);
            builder.Property(mail => mail.About).HasMaxLength(40);
            builder.Property(mail => mail.Scope).HasMaxLength(100);
            builder.Property(mail => mail.LastError).HasMaxLength(300);
            builder.Property(mail => mail.Content).IsEncrypted();
            builder.HasIndex(mail => new { mail.State, mail.NextAttemptUtc });
            // For the page of deliveries, which counts and lists without reading what emails say, and for the erasure of a request.
            builder.HasIndex(mail => new { mail.Scope, mail.State, mail.CreatedUtc });
            builder.HasIndex(mail => mail.CreatedUtc);
            builder.HasIndex(mail => mail.About);
        }
    }
}
