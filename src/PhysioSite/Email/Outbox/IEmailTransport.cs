
namespace PhysioSite.Email.Outbox;

public enum DeliveryOutcome
{
    Sent,

    /// <summary>A retry of the same email may succeed.</summary>
    TryLater,

    /// <summary>This email can never be delivered.</summary>
    Refused,

    /// <summary>No email can be delivered until an operator changes the settings, either here or on the server.</summary>
    SettingsAtFault,
}

/// <param name="Detail">A description of the result for staff and logs, without names or addresses.</param>
public sealed record Delivery(DeliveryOutcome Outcome, string Detail)
{
    public static readonly Delivery Sent = new(DeliveryOutcome.Sent, "");

    /// <summary>The server cannot be reached, so that other emails cannot be sent either.</summary>
    public bool IsServerAway { get; init; }
}

/// <summary>Delivers one email.</summary>
public interface IEmailTransport
{
    /// <summary>A description for the staff desk and the console.</summary>
    public string Description { get; }

    /// <exception cref="OperationCanceledException">The operation was cancelled. Whether the email was sent is unknown.</exception>
    public Task<Delivery> SendAsync(OutboxEmail email, CancellationToken cancellationToken);

    /// <summary>Sends an email with progress output for an operator.</summary>
    /// <param name="tell">Receives each step, including the literal answer of the server.</param>
    public Task<Delivery> SendAsync(OutboxEmail email, Action<string> tell, CancellationToken cancellationToken) =>
        SendAsync(email, cancellationToken);

    /// <summary>Checks whether an email could be sent now, as far as this is possible without sending one.</summary>
    public Task<Delivery> ProbeAsync(CancellationToken cancellationToken);

    /// <summary>Closes resources that were kept open for the next email. Called when there are no more emails to send.</summary>
    public Task CloseIdleAsync() => Task.CompletedTask;
}
