using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Unicode;
using Microsoft.AspNetCore.Html;
using PhysioSite.Content;
using PhysioSite.Content.Model;
using PhysioSite.Features.Shared.Layout;
using PhysioSite.Text;
using PhysioSite.Web;
using static PhysioSite.Localization.Texts;

namespace PhysioSite.Features.Shared;

/// <summary>
/// Structured data for search engines: JSON-LD with the schema.org vocabulary. It is built from the same models as the visible page and
/// contains only what the page shows. The required properties follow Google's documentation of each type.
/// </summary>
public static class StructuredData
{
    /// <summary>1,200 by 630 pixels, shown when a page is shared.</summary>
    public const string SocialPicture = "/social.png";

    private const string Logo = "/touch-icon.png";
    private const string Specialty = "https://schema.org/Physiotherapy";

    /// <summary>
    /// Writes names in all scripts unescaped, but escapes <c>&lt;</c> and similar characters, so that no value can close the script
    /// element.
    /// </summary>
    private static readonly JsonSerializerOptions Json = new() { Encoder = JavaScriptEncoder.Create(UnicodeRanges.All) };

    public static IHtmlContent Write(IReadOnlyList<JsonObject> nodes, IReadOnlyList<Crumb> crumbs, SiteAddress address, SiteContent content)
    {
        var graph = new JsonArray([.. nodes.Select(node => node.DeepClone())]);
        if (crumbs.Count > 0)
        {
            var steps = crumbs.Prepend(new Crumb(Localize($"Home"), SitePaths.Home));
            graph.Add(Node("BreadcrumbList", ("itemListElement", List(steps.Select((step, i) => Node(
                "ListItem", ("position", i + 1), ("name", step.Name), ("item", Url(address, content, step.Path))))))));
        }

        var json = new JsonObject { ["@context"] = "https://schema.org", ["@graph"] = graph }.ToJsonString(Json);
        return new HtmlString(graph.Count == 0 ? "" : $"<script type=\"application/ld+json\">{json}</script>");
    }

    /// <summary>The group of clinics, for the home page.</summary>
    public static JsonObject Organization(SiteAddress address, SiteContent content) => Node(
        "MedicalOrganization",
        ("@id", OrganizationId(address)),
        ("name", content.Site.Name),
        ("url", Url(address, content, SitePaths.Home)),
        ("description", content.Site.Summary),
        ("foundingDate", content.Site.Founded?.ToString(CultureInfo.InvariantCulture)),
        ("logo", address.Public(Logo).AbsoluteUri),
        ("image", address.Public(SocialPicture).AbsoluteUri),
        ("telephone", content.Site.Contact.Phone.E164),
        ("email", content.Site.Contact.Email),
        ("medicalSpecialty", Specialty));

    public static IEnumerable<JsonObject> Article(SiteAddress address, SiteContent content, Article article)
    {
        var url = Url(address, content, SitePaths.Article(article.Slug));
        yield return Node(
            "MedicalWebPage",
            ("@id", url),
            ("url", url),
            ("name", article.Title),
            ("description", article.Summary),
            ("inLanguage", content.Language.Code),
            ("lastReviewed", Dates.Machine(article.Reviewed)),
            ("reviewedBy", Person(address, content, article.ReviewedBy)),
            ("about", List(article.Conditions.Select(condition => Node("MedicalCondition", ("name", condition))))),
            ("mainEntity", new JsonObject { ["@id"] = url + "#article" }));
        yield return Node(
            "BlogPosting",
            ("@id", url + "#article"),
            ("mainEntityOfPage", url),
            ("headline", article.Title),
            ("description", article.Summary),
            ("image", address.Public(SocialPicture).AbsoluteUri),
            ("author", Person(address, content, article.Author)),
            ("publisher", Node(
                "MedicalOrganization",
                ("@id", OrganizationId(address)),
                ("name", content.Site.Name),
                ("url", Url(address, content, SitePaths.Home)))),
            ("datePublished", Dates.Machine(article.Published)),
            ("dateModified", Dates.Machine(article.Changed)),
            ("inLanguage", content.Language.Code));
        if (article.Questions.Count > 0)
        {
            yield return Node("FAQPage", ("mainEntity", List(article.Questions.Select(question => Node(
                "Question",
                ("name", question.Text),
                ("acceptedAnswer", Node("Answer", ("text", question.Answer.Html.ToString()!.Trim()))))))));
        }
    }

    /// <summary>A physical clinic, or virtual care, which has no address.</summary>
    /// <param name="today">The date at the clinic. Days with other hours that are past are left out.</param>
    public static JsonObject Clinic(SiteAddress address, SiteContent content, Clinic clinic, DateOnly today)
    {
        var node = Node(
            clinic.IsVirtual ? "MedicalOrganization" : "MedicalClinic",
            ("@id", Url(address, content, SitePaths.Clinic(clinic.Slug))),
            ("name", $"{content.Site.ShortName} {clinic.Name}"),
            ("url", Url(address, content, SitePaths.Clinic(clinic.Slug))),
            ("image", address.Public(SocialPicture).AbsoluteUri),
            ("telephone", clinic.Phone.E164),
            ("faxNumber", clinic.Fax?.E164),
            ("medicalSpecialty", Specialty),
            ("parentOrganization", Node("MedicalOrganization", ("@id", OrganizationId(address)), ("name", content.Site.Name))));
        if (clinic.Place is { } place)
        {
            node["address"] = PostalAddress(place.Address);
            node["geo"] = Node("GeoCoordinates", ("latitude", place.Coordinates.Latitude), ("longitude", place.Coordinates.Longitude));
            node["openingHoursSpecification"] = List(
                from day in clinic.Hours.Week
                from span in day.Value
                select Hours(span, ("dayOfWeek", $"https://schema.org/{day.Key}")));
            node["specialOpeningHoursSpecification"] = List(
                clinic.Hours.Exceptions.Where(day => day.Date >= today).SelectMany(day => SpecialHours(day, clinic.TimeZone)));
        }
        else
        {
            node["areaServed"] = List(clinic.LicensedStates.Select(state => Node("State", ("name", UsStates.Name(state)))));
        }

        return node;
    }

    public static JsonObject Therapist(SiteAddress address, SiteContent content, Therapist therapist)
    {
        var url = Url(address, content, SitePaths.Therapist(therapist.Slug));
        return Node(
            "ProfilePage",
            ("@id", url),
            ("url", url),
            ("inLanguage", content.Language.Code),
            ("dateModified", therapist.Updated is { } updated ? Dates.Machine(updated) : null),
            ("mainEntity", Node(
                "Person",
                ("@id", url + "#person"),
                ("name", therapist.Name),
                ("honorificSuffix", therapist.Credentials),
                ("jobTitle", Localize($"Physical therapist")),
                ("image", therapist.Portrait is { } portrait ? address.Public(portrait.Picture.Address).AbsoluteUri : null),
                ("url", url),
                ("knowsLanguage", Texts(therapist.Languages)),
                ("knowsAbout", Texts(therapist.Specialties)),
                ("worksFor", List(therapist.Clinics.Select(clinic => Node(
                    clinic.IsVirtual ? "MedicalOrganization" : "MedicalClinic",
                    ("@id", Url(address, content, SitePaths.Clinic(clinic.Slug))),
                    ("name", $"{content.Site.ShortName} {clinic.Name}"),
                    ("address", clinic.Place is { } place ? PostalAddress(place.Address) : null))))))));
    }

    public static JsonObject Area(SiteAddress address, SiteContent content, AreaPage page)
    {
        var url = Url(address, content, SitePaths.Area(page.Area.Id));
        return Node(
            "MedicalWebPage",
            ("@id", url),
            ("url", url),
            ("name", page.Title),
            ("description", page.Summary),
            ("inLanguage", content.Language.Code),
            ("lastReviewed", Dates.Machine(page.Reviewed)),
            ("reviewedBy", Person(address, content, page.ReviewedBy)));
    }

    public static JsonObject InfoPage(SiteAddress address, SiteContent content, InfoPage page)
    {
        var url = Url(address, content, SitePaths.InfoPage(page.Slug));
        return Node(
            page.CareCards is null ? "WebPage" : "MedicalWebPage",
            ("@id", url),
            ("url", url),
            ("name", page.Title),
            ("description", page.Summary),
            ("inLanguage", content.Language.Code),
            ("dateModified", Dates.Machine(page.Updated)));
    }

    /// <summary>An open position. Closed positions have no structured data.</summary>
    public static JsonObject Position(SiteAddress address, SiteContent content, Position position)
    {
        var closes = position.Clinic.TimeZone.ToUtc(position.Closes.AddDays(1).ToDateTime(TimeOnly.MinValue));
        var node = Node(
            "JobPosting",
            ("title", position.Title),
            ("description", position.Body.Html.ToString()!.Trim()),
            ("url", Url(address, content, SitePaths.Position(position.Slug))),
            ("datePosted", Dates.Machine(position.Posted)),
            ("validThrough", closes.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture)),
            ("employmentType", position.Type switch
            {
                PositionType.PartTime => "PART_TIME",
                PositionType.PerDiem => "PER_DIEM",
                _ => "FULL_TIME",
            }),
            ("hiringOrganization", Node(
                "MedicalOrganization",
                ("@id", OrganizationId(address)),
                ("name", content.Site.Name),
                ("sameAs", Url(address, content, SitePaths.Home)),
                ("logo", address.Public(Logo).AbsoluteUri))),
            ("directApply", false));
        if (position.Pay.Per != PayPeriod.Visit)
        {
            node["baseSalary"] = Node("MonetaryAmount", ("currency", "USD"), ("value", Node(
                "QuantitativeValue",
                ("minValue", position.Pay.From),
                ("maxValue", position.Pay.To),
                ("unitText", position.Pay.Per == PayPeriod.Hour ? "HOUR" : "YEAR"))));
        }

        if (position.Clinic.Place is { } place)
        {
            node["jobLocation"] = Node("Place", ("address", PostalAddress(place.Address)));
        }
        else
        {
            node["jobLocationType"] = "TELECOMMUTE";
            node["applicantLocationRequirements"] = List(
                position.Clinic.LicensedStates.Select(state => Node("State", ("name", $"{UsStates.Names[state]}, USA"))));
        }

        return node;
    }

    private static string OrganizationId(SiteAddress address) => address.Public("/#organization").AbsoluteUri;

    private static string Url(SiteAddress address, SiteContent content, string path) =>
        address.Public(content.Language.Prefix + path).AbsoluteUri;

    private static JsonObject Person(SiteAddress address, SiteContent content, Person person) => Node(
        "Person",
        ("name", person.Name),
        ("honorificSuffix", person.Credentials),
        ("jobTitle", person.Role),
        ("url", content.FindTherapist(person.Id) is { } therapist ? Url(address, content, SitePaths.Therapist(therapist.Slug)) : null));

    private static JsonObject PostalAddress(Address address) => Node(
        "PostalAddress",
        ("streetAddress", address.Street),
        ("addressLocality", address.City),
        ("addressRegion", address.State),
        ("postalCode", address.Zip),
        ("addressCountry", "US"));

    /// <summary>The hours of a day, valid until its end at the clinic. A date alone is read as midnight in UTC by some consumers.</summary>
    private static IEnumerable<JsonObject> SpecialHours(SpecialDay day, ClinicTimeZone timeZone) =>
        (day.Spans.Count == 0 ? [new OpenSpan(TimeOnly.MinValue, TimeOnly.MinValue)] : day.Spans)
            .Select(span => Hours(
                span,
                ("validFrom", LocalTime(day.Date, TimeOnly.MinValue, timeZone)),
                ("validThrough", LocalTime(day.Date, new TimeOnly(23, 59, 59), timeZone))));

    private static string LocalTime(DateOnly date, TimeOnly time, ClinicTimeZone timeZone)
    {
        var local = date.ToDateTime(time);
        return new DateTimeOffset(local, timeZone.Zone.GetUtcOffset(local))
            .ToString("yyyy-MM-ddTHH:mm:sszzz", CultureInfo.InvariantCulture);
    }

    private static JsonObject Hours(OpenSpan span, params (string Name, JsonNode? Value)[] when) => Node(
        "OpeningHoursSpecification",
        [
            .. when,
            ("opens", span.From.ToString("HH:mm", CultureInfo.InvariantCulture)),
            ("closes", span.To.ToString("HH:mm", CultureInfo.InvariantCulture)),
        ]);

    private static JsonArray Texts(IEnumerable<string> texts) => new([.. texts.Select(text => JsonValue.Create(text))]);

    private static JsonArray List(IEnumerable<JsonObject> nodes) => new([.. nodes]);

    private static JsonObject Node(string type, params (string Name, JsonNode? Value)[] properties)
    {
        var node = new JsonObject { ["@type"] = type };
        foreach (var (name, value) in properties.Where(property => property.Value is not (null or JsonArray { Count: 0 })))
        {
            node[name] = value;
        }

        return node;
    }
}
