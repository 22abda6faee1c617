using System.Net;
using System.Text;
using PhysioSite.Tests.Features.Appointments;

namespace PhysioSite.Tests.HostileInput;

/// <summary>Sends every value of the corpus to every public URL, as a query parameter and as a path segment.</summary>
public sealed class HostileAddressTests(QuietSite site) : IClassFixture<QuietSite>, IDisposable
{
    /// <summary>URLs longer than this exceed the length that a server accepts.</summary>
    private const int LongestAddress = 8000;

    /// <summary>
    /// The log check looks for it, and the framework's scopes contain the path of a request (docs/privacy.md), so no path contains it.
    /// </summary>
    private const string PhoneOfAPatient = "6085550142";

    /// <summary>Pages with their query parameters. All parameters of a page get the same value.</summary>
    private static readonly string[] Searches =
    [
        "/request-appointment?clinic={0}&from={0}&zip={0}&visit={0}&area={0}&therapist={0}",
        "/clinics?zip={0}&page={0}", "/clinics?state={0}&page={0}",
        "/careers?clinic={0}&type={0}&zip={0}&within={0}&page={0}",
        "/articles?area={0}&page={0}",
        "/search?q={0}",
    ];

    private static readonly string[] Others =
    [
        "/request-appointment?handler={0}", "/es/request-appointment?zip={0}&handler=language",
        "/clinics/map.svg?zip={0}", "/es/clinics?zip={0}", "/es/search?q={0}",
        "/?{0}={0}", "/staff/sign-in?to={0}", "/staff/set-password?person={0}&code={0}",
        "/staff/first-administrator?code={0}", "/staff?clinic={0}&state={0}&page={0}&q={0}",
        "/staff/export?clinic={0}&state={0}", "/articles.xml?{0}", "/sitemap.xml?{0}",
    ];

    private static readonly string[] Paths =
    [
        "/{0}", "/es/{0}", "/articles/{0}", "/clinics/{0}", "/therapists/{0}", "/areas/{0}", "/careers/{0}",
        "/requests/{0}", "/request-appointment/receipt/{0}", "/error/{0}", "/images/{0}", "/pictures/{0}",
        "/sitemap-{0}.xml",
        "/staff/requests/{0}", "/staff/delivery/{0}", "/staff/people/{0}",
    ];

    private readonly Browser _browser = site.Open();

    public static TheoryData<string> Kinds => Corpus.Kinds;

    public void Dispose() => _browser.Dispose();

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Search_ForAnythingAtAll_AnswersAndIsInert(string kind)
    {
        var sample = Corpus.ByKind[kind].Where(hostile => hostile.Encoded.Length < LongestAddress);
        foreach (var (hostile, i) in sample.Select((hostile, i) => (hostile, i)))
        {
            // Each value goes to two pages, so that every kind reaches every page.
            await AssertAnswersAsync(hostile, Searches[i % Searches.Length], HttpStatusCode.OK, HttpStatusCode.BadRequest);
            await AssertAnswersAsync(hostile, Searches[(i + 1) % Searches.Length], HttpStatusCode.OK, HttpStatusCode.BadRequest);
        }
    }

    [Fact]
    public void Parameter_OfRandomText_AnswersAndIsInert() => RandomText.Check(40, (hostile, i) =>
        AssertAnswersAsync(hostile, Searches[i % Searches.Length], HttpStatusCode.OK, HttpStatusCode.BadRequest));

    [Fact]
    public async Task Parameter_OfAnyOtherPage_AnswersAndIsInert()
    {
        foreach (var (address, i) in Others.Select((address, i) => (address, i)))
        {
            foreach (var hostile in Corpus.Sample(1, seed: i).Where(hostile => hostile.Encoded.Length < LongestAddress))
            {
                await AssertAnswersAsync(
                    hostile,
                    address,
                    HttpStatusCode.OK,
                    HttpStatusCode.BadRequest,
                    HttpStatusCode.Gone,
                    HttpStatusCode.Redirect,
                    HttpStatusCode.NotFound);
            }
        }
    }

    [Fact]
    public async Task Path_OfAnythingAtAll_IsNotFoundAndInert()
    {
        foreach (var (path, i) in Paths.Select((path, i) => (path, i)))
        {
            // The real server rejects a path with a NUL. The in-memory test server throws in the client instead.
            var sample = Corpus.Sample(1, seed: 100 + i)
                .Where(hostile => hostile.Encoded.Length < LongestAddress && !hostile.Bytes.Contains((byte)0))
                .Where(hostile => !hostile.Text.Contains(PhoneOfAPatient, StringComparison.Ordinal));
            foreach (var hostile in sample)
            {
                await AssertAnswersAsync(
                    hostile,
                    path,
                    HttpStatusCode.NotFound,
                    HttpStatusCode.BadRequest,
                    HttpStatusCode.OK,
                    HttpStatusCode.Redirect,
                    HttpStatusCode.PermanentRedirect,
                    HttpStatusCode.MovedPermanently);
            }
        }
    }

    [Fact]
    public async Task Lookup_OfAnyPosition_IsRefusedOrNothing()
    {
        foreach (var hostile in Corpus.Sample(3, seed: 7))
        {
            await Failing.NamesAsync(hostile, async () =>
            {
                var answer = await _browser.PostRawAsync(
                    "/clinics/zip-code",
                    [("latitude", hostile.Encoded), ("longitude", hostile.Encoded)]);
                answer.AssertIs(HttpStatusCode.BadRequest, HttpStatusCode.NotFound);
            });
        }
    }

    [Fact]
    public async Task Withdraw_OfAnyToken_IsRefused()
    {
        var sample = Corpus.Sample(1, seed: 8)
            .Where(hostile => hostile.Encoded.Length < LongestAddress && !hostile.Bytes.Contains((byte)0))
            .Where(hostile => !hostile.Text.Contains(PhoneOfAPatient, StringComparison.Ordinal));
        foreach (var hostile in sample)
        {
            await Failing.NamesAsync(hostile, async () =>
            {
                var answer = await _browser.PostRawAsync(
                    $"/requests/{hostile.Encoded}?handler=withdraw",
                    [("__RequestVerificationToken", hostile.Encoded)]);
                answer.AssertIs(HttpStatusCode.BadRequest, HttpStatusCode.NotFound);
            });
        }
    }

    private Task AssertAnswersAsync(Hostile hostile, string address, params HttpStatusCode[] expected) =>
        Failing.NamesAsync(hostile, async () =>
        {
            var path = string.Format(System.Globalization.CultureInfo.InvariantCulture, CompositeFormat.Parse(address), hostile.Encoded);
            var answer = await _browser.GetAsync(path);
            Assert.True(expected.Contains(answer.Status), $"{path} answers {(int)answer.Status}.");
            answer.AssertInert();
            if (answer.Location is { } location)
            {
                Assert.Matches(@"^/(?![/\\])", location);
            }
        });
}

/// <summary>
/// Uses the shipped log levels, which do not log request URLs: some contain the phone number that tests search for in logs.
/// </summary>
public sealed class QuietSite : BusySite
{
    public QuietSite()
    {
        Settings["Logging:LogLevel:Default"] = "Information";
        Settings["Logging:LogLevel:Microsoft"] = "Warning";
    }
}
