using Microsoft.Extensions.Options;

namespace PhysioSite.Alerts;

/// <summary>Posts alerts to the webhook of <see cref="AlertOptions"/>.</summary>
public sealed class AlertWebhook(HttpClient http, IOptions<AlertOptions> options)
{
    public static readonly TimeSpan Timeout = TimeSpan.FromSeconds(10);

    public bool IsSet => options.Value.Url.Length > 0;

    /// <summary>Sends one message. It must not contain data of patients, and does not name the webhook in its result.</summary>
    /// <returns>Null when the webhook accepted the message, otherwise the reason why not.</returns>
    public async Task<string?> SendAsync(string text, CancellationToken cancellationToken)
    {
        try
        {
            using var content = JsonContent.Create(new { text });

            // Some receivers do not accept chunked requests.
            await content.LoadIntoBufferAsync(cancellationToken);
            using var request = new HttpRequestMessage(HttpMethod.Post, options.Value.Url) { Content = content };
            using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
            return response.IsSuccessStatusCode ? null : $"The webhook answered {(int)response.StatusCode}.";
        }
        catch (HttpRequestException e)
        {
            return $"The webhook cannot be reached ({e.HttpRequestError}).";
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return $"The webhook did not answer within {Timeout.TotalSeconds:0} seconds.";
        }
    }
}
