using System.Diagnostics;
using System.Net;
using AngleSharp.Dom;
using AngleSharp.Html.Dom;

namespace PhysioSite.Faults.Forms;

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

    public FormSender(Browser browser, Ledger ledger, CancellationToken stop)
    {
        (_browser, _ledger, _stop) = (browser, ledger, stop);
        _stopping = stop.Register(browser.Client.CancelPendingRequests);
    }

    /// <summary>Opens a browser that goes to the site without a proxy.</summary>
    public static Browser OpenBrowser(Uri site) => new(
        new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, CookieContainer = new CookieContainer() })
        {
            BaseAddress = site,
            Timeout = TimeSpan.FromMinutes(2),
        });

    /// <summary>Completes when the patient has read the reference on the receipt.</summary>
    public async Task AskAsync(Patient patient)
    {
        var page = await ReadAsync(patient.Path);
        var answers = patient.Answers;
        while (true)
        {
            var (sent, took) = await InsistAsync(async () =>
            {
                var watch = Stopwatch.StartNew();
                return (await _browser.SubmitAsync(page, RequestJourney.Form, answers), watch.Elapsed);
            });
            if (sent.Status == HttpStatusCode.Redirect)
            {
                _ledger.AddAnswered(took);
                await ReadReceiptAsync(sent.Location!, patient);
                return;
            }

            var refusal = Judge(sent, patient);
            _ledger.Add(refusal);
            _ledger.AddRefused(took);
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
        var receipt = await ReadAsync(location);
        while (receipt.Status == HttpStatusCode.NotFound && _ledger.MayBeElsewhere)
        {
            await Task.Delay(AfterARefusal, _stop);
            receipt = await ReadAsync(location);
        }

        if (receipt.Status != HttpStatusCode.OK)
        {
            _ledger.AddBroken($"a patient was sent to a receipt that answered {(int)receipt.Status}");
        }
        else if (receipt.Page.QuerySelector("#reference") is { } reference
            && receipt.Page.QuerySelector("main .facts a[href*='/clinics/']")?.GetAttribute("href") is { } clinic
            && receipt.Page.QuerySelector("main .lead strong") is { } due
            && receipt.Page.QuerySelector("main a[href*='/requests/']")?.GetAttribute("href") is { } privatePath)
        {
            _ledger.Add(new Acknowledgement(
                reference.TextContent.Trim(), clinic.Split('/')[^1], Answer.Words(due), privatePath, patient));
        }
        else
        {
            _ledger.AddBroken("a receipt lacks the reference, the clinic, the time of the answer or the private link");
        }
    }

    /// <summary>Opens a page until it is shown, whatever it shows.</summary>
    private async Task<Answer> ReadAsync(string path)
    {
        while (true)
        {
            var answer = await InsistAsync(() => _browser.GetAsync(path));
            if (answer.Status != HttpStatusCode.ServiceUnavailable)
            {
                return answer;
            }

            // Nothing that was typed can be gone.
            _ledger.Add(new Refusal((int)answer.Status, Words(answer), FormKept: true));
            await Task.Delay(AfterARefusal, _stop);
        }
    }

    private static Refusal Judge(Answer sent, Patient patient)
    {
        var words = string.Join(' ', sent.Page.QuerySelectorAll("#error-summary a").Select(Answer.Words));
        if (words.Length == 0)
        {
            words = Words(sent);
        }

        var filled = sent.Page.QuerySelector<IHtmlFormElement>(RequestJourney.Form) is { } form
            ? Browser.Filled(form, []).ToLookup(pair => pair.Key, pair => pair.Value)
            : null;
        var kept = filled is not null && patient.Answers.All(answer => filled[answer.Key].Contains(answer.Value ?? ""));
        return new Refusal((int)sent.Status, words, kept);
    }

    private static string Words(Answer answer) => Answer.Words(answer.Page.QuerySelector("h1") ?? answer.Page.Body!);

    private Task<Answer> InsistAsync(Func<Task<Answer>> ask) => InsistAsync(ask, answer => answer);

    private Task<(Answer Answer, TimeSpan Took)> InsistAsync(Func<Task<(Answer Answer, TimeSpan Took)>> ask) =>
        InsistAsync(ask, timed => timed.Answer);

    /// <summary>
    /// Retries until the site responds, whatever its status. The site never answers 502: a proxy does when the site does not run.
    /// </summary>
    private async Task<T> InsistAsync<T>(Func<Task<T>> ask, Func<T, Answer> answer)
    {
        while (true)
        {
            _stop.ThrowIfCancellationRequested();
            try
            {
                var asked = await ask();
                if (answer(asked).Status != HttpStatusCode.BadGateway)
                {
                    return asked;
                }
            }
            catch (Exception e) when (e is HttpRequestException or IOException or OperationCanceledException)
            {
                // No response; see below.
            }

            await Task.Delay(BeforeAnotherTry, _stop);
        }
    }
}
