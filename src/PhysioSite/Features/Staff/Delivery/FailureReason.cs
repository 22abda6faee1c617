using System.Text.RegularExpressions;

namespace PhysioSite.Features.Staff.Delivery;

/// <summary>Says in words what a mail server's status code (RFC 3463) means, and what staff can do.</summary>
public static partial class FailureReason
{
    /// <summary>Null when the text has no code that says more than the text does.</summary>
    public static string? Explain(string? error) =>
        error is null || Status().Match(error) is not { Success: true } match ? null : match.Value switch
        {
            "5.1.1" or "5.1.10" or "5.1.6" => "The address does not exist. Ask the patient for it, or check the clinic’s inbox.",
            "5.1.2" or "5.1.3" or "5.1.8" or "5.4.4" => "The part of the address after the @ sign does not exist or is misspelled.",
            "5.2.1" => "The mailbox is turned off.",
            "4.2.2" or "5.2.2" => "The mailbox is full. Call instead.",
            "5.2.3" or "5.3.4" => "The email is too large for the mailbox.",
            ['5', '.', '7', '.', ..] => "The recipient’s server refused it by its own rules, for example as spam. Call instead, and tell "
                + "the people who run this site.",
            ['4', '.', ..] => "The recipient’s server has a fault that may pass.",
            _ => null,
        };

    [GeneratedRegex(@"\b[45]\.\d{1,3}\.\d{1,3}\b")]
    private static partial Regex Status();
}
