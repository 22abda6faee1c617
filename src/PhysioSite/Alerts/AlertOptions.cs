using System.Net;
using Microsoft.Extensions.Options;

namespace PhysioSite.Alerts;

public sealed class AlertOptions
{
    public const string Section = "Alerts";

    /// <summary>
    /// The webhook that receives alerts, as JSON with one property <c>text</c>. Empty: no alerts. The address is often a secret, so it is
    /// never logged.
    /// </summary>
    public string Url { get; set; } = "";
}

internal sealed class AlertOptionsValidator : IValidateOptions<AlertOptions>
{
    public ValidateOptionsResult Validate(string? name, AlertOptions options) =>
        options.Url.Length == 0 || IsAllowed(options.Url)
            ? ValidateOptionsResult.Success
            : ValidateOptionsResult.Fail(
                "Alerts:Url must be the address of a webhook, like https://hooks.example.org/abc. Plain http is accepted only for this "
                    + "machine. Leave it out to send no alerts.");

    private static bool IsAllowed(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var url)
        && (url.Scheme == Uri.UriSchemeHttps || (url.Scheme == Uri.UriSchemeHttp && IsThisMachine(url)));

    private static bool IsThisMachine(Uri url) =>
        url.IsLoopback || (IPAddress.TryParse(url.DnsSafeHost, out var address) && IPAddress.IsLoopback(address));
}
