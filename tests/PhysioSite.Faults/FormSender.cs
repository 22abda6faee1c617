using System.Net;
using AngleSharp.Dom;
using AngleSharp.Html.Dom;

namespace PhysioSite.Faults;

/// <summary>
/// Simulates a patient who sends appointment requests from one browser on one connection and retries until they succeed: loads the form,
/// submits it as rendered, resubmits it when there is no response or the site asks for it, and follows the redirect to the receipt.
/// </summary>
internal sealed class FormSender : IDisposable
{
    private static readonly TimeSpan BeforeAnotherTry = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan AfterARefusal = TimeSpan.FromMilliseconds(500);

    private readonly Browser _browser;
    private readonly Ledger _ledger;
    private readonly CancellationToken _stop;
    private readonly CancellationTokenRegistration _stopping;

    public FormSender(Uri site, Ledger ledger, CancellationToken stop)
    {
        var client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, CookieContainer = new CookieContainer() })
        {
            BaseAddress = site,
            Timeout = TimeSpan.FromSeconds(60),
        };
        _browser = new Browser(client);
        _ledger = ledger;
        _stop = stop;
        _stopping = stop.Register(client.CancelPendingRequests);
    }

    /// <summary>Completes when the patient has read the reference on the receipt.</summary>
    public async Task AskAsync(Patient patient)
    {
        var page = await InsistAsync(() => _browser.GetAsync(RequestJourney.Path));
        IEnumerable<KeyValuePair<string, string?>> answers = patient.Answers;
        while (true)
        {
            var sent = await InsistAsync(() => _browser.SubmitAsync(page, RequestJourney.Form, answers));
            if (sent.Status == HttpStatusCode.Redirect)
            {
                await ReadReceiptAsync(sent.Location!, patient);
                return;
            }

            var refusal = Judge(sent, patient);
            _ledger.Add(refusal);
            await Task.Delay(AfterARefusal, _stop);
            if (refusal.FormKept)
            {
                // Submit the returned page unchanged.
                (page, answers) = (sent, []);
            }
        }
    }

    public void Dispose()
    {
        _stopping.Dispose();
        _browser.Dispose();
    }

    private async Task ReadReceiptAsync(string location, Patient patient)
    {
        var receipt = await InsistAsync(() => _browser.GetAsync(location));
        if (receipt.Status == HttpStatusCode.OK && receipt.Page.QuerySelector("#reference") is { } reference)
        {
            var clinic = receipt.Page.QuerySelector("main .facts a[href*='/clinics/']")!.GetAttribute("href")!.Split('/')[^1];
            _ledger.Add(new Acknowledgement(reference.TextContent.Trim(), clinic, patient));
        }
        else
        {
            _ledger.AddBroken($"a patient was sent to a receipt that answered {(int)receipt.Status}");
        }
    }

    private static Refusal Judge(Answer sent, Patient patient)
    {
        var words = string.Join(' ', sent.Page.QuerySelectorAll("#error-summary a").Select(Answer.Words));
        if (words.Length == 0)
        {
            words = sent.Page.QuerySelector("h1") is { } heading ? Answer.Words(heading) : "";
        }

        var filled = sent.Page.QuerySelector<IHtmlFormElement>(RequestJourney.Form) is { } form
            ? Browser.Filled(form, []).ToLookup(pair => pair.Key, pair => pair.Value)
            : null;
        var kept = filled is not null && patient.Answers.All(answer => filled[answer.Key].FirstOrDefault() == answer.Value);
        return new Refusal((int)sent.Status, words, kept);
    }

    /// <summary>Retries until there is a response, whatever its status.</summary>
    private async Task<Answer> InsistAsync(Func<Task<Answer>> ask)
    {
        while (true)
        {
            _stop.ThrowIfCancellationRequested();
            try
            {
                return await ask();
            }
            catch (Exception e) when (e is HttpRequestException or IOException or OperationCanceledException)
            {
                await Task.Delay(BeforeAnotherTry, _stop);
            }
        }
    }
}
