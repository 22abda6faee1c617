namespace PhysioSite.Email;

public enum DeliveryOutcome
{
    Sent,

    /// <summary>The same mail may go through later.</summary>
    TryLater,

    /// <summary>This mail will never go through.</summary>
    Refused,

    /// <summary>No mail will go through until an operator changes the settings.</summary>
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

    public Task<Delivery> SendAsync(OutboxMail mail, CancellationToken cancellationToken);
}
