namespace PhysioSite.Content;

/// <summary>
/// Paths of pages, without the language prefix. For the content, which links to pages, and for search engines. Pages link to each other
/// by page name. Links to the staff desk use the path, because it is in English only, without a prefix.
/// </summary>
public static class SitePaths
{
    public const string Home = "/";
    public const string Articles = "/articles";
    public const string ArticleFeed = "/articles/feed.xml";
    public const string Careers = "/careers";
    public const string Clinics = "/clinics";
    public const string RequestAppointment = "/request-appointment";
    /// <summary>Called by scripts: the clinic to which a request from a ZIP code goes.</summary>
    public const string RequestPreview = RequestAppointment + "/nearest";
    public const string Search = "/search";
    public const string Therapists = "/therapists";
    public const string Areas = "/areas";

    /// <summary>Continues the path of an article.</summary>
    public const string PlanOfArticle = "/plan";

    public const string StaffDesk = "/staff";
    public const string StaffSignIn = StaffDesk + "/sign-in";

    /// <summary>The root of the patients' private pages.</summary>
    public const string Requests = "/requests";

    /// <summary>First segments of paths that are not text pages.</summary>
    private static readonly string[] Reserved =
    [
        "articles", "clinics", "therapists", "areas", "careers", "images", "pictures", "request-appointment", "requests", "search", "staff",
        "error", "healthz",
    ];

    /// <summary>Whether a text page cannot have this slug. Two letters are a language.</summary>
    public static bool IsReserved(string slug) => Reserved.Contains(slug) || slug.Length == 2;

    /// <summary>The path of the page of a content file.</summary>
    /// <param name="folder">The folder of the file: for example articles, therapists or pages.</param>
    public static string Of(string folder, string slug) => folder == "pages" ? InfoPage(slug) : $"/{folder}/{slug}";

    public static string Article(string slug) => $"{Articles}/{slug}";

    /// <summary>The page to print with the exercises of an article.</summary>
    public static string Plan(string slug) => Article(slug) + PlanOfArticle;

    public static string Clinic(string slug) => $"{Clinics}/{slug}";

    public static string Therapist(string slug) => $"{Therapists}/{slug}";

    public static string Area(string id) => $"{Areas}/{id}";

    public static string InfoPage(string slug) => $"/{slug}";

    public static string Position(string slug) => $"{Careers}/{slug}";
}
