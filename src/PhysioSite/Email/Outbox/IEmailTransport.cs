
namespace PhysioSite.Email.Outbox;

public enum DeliveryOutcome
{
    Sent,

    /// <summary>The same mail may go through later.</summary>
    TryLater,

    /// <summary>This mail will never go through.</summary>
    Refused,

    /// <summary>No mail will go through until an operator changes the settings, here or at the server.</summary>
    SettingsAtFault,
}

/// <param name="Detail">For staff and logs: what happened, without names or addresses.</param>
public sealed record Delivery(DeliveryOutcome Outcome, string Detail)
{
    public static readonly Delivery Sent = new(DeliveryOutcome.Sent, "");
}

/// <summary>A way for one mail to leave.</summary>
public interface IEmailTransport
{
    /// <summary>In words, for the staff desk and the console.</summary>
    public string Description { get; }

    /// <exception cref="OperationCanceledException">Cancelled. Whether the mail has left is not known.</exception>
    public Task<Delivery> SendAsync(OutboxEmail mail, CancellationToken cancellationToken);

    /// <summary>Sends a mail while an operator watches.</summary>
    /// <param name="tell">Is told each step, with what the server said in its own words.</param>
    public Task<Delivery> SendAsync(OutboxEmail mail, Action<string> tell, CancellationToken cancellationToken) => SendAsync(mail, cancellationToken);

    /// <summary>Whether a mail could leave now, as far as that can be told without sending one.</summary>
    public Task<Delivery> ProbeAsync(CancellationToken cancellationToken);

    /// <summary>There is nothing more to send for now: closes what was kept open for the next mail.</summary>
    public Task RestAsync() => Task.CompletedTask;
}
