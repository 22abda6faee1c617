using System.Globalization;
using PhysioSite.TestSupport;

namespace PhysioSite.Benchmarks.Growth;

/// <param name="Slug">The file name without its extension.</param>
internal sealed record GeneratedClinic(string Slug, string Name, string Place, string State, string Zip, double Latitude, double Longitude)
{
    public string TimeZone => GeneratedClinics.States[State].Zone;

    public string AreaCode => GeneratedClinics.States[State].AreaCode;
}

/// <summary>Clinics at real ZIP codes of the contiguous United States, as many in each state as it has ZIP codes in proportion.</summary>
internal static class GeneratedClinics
{
    private const string Eastern = "America/New_York";
    private const string Central = "America/Chicago";
    private const string Mountain = "America/Denver";
    private const string Pacific = "America/Los_Angeles";

    /// <summary>The time zone of most of the state, and one of its area codes.</summary>
    public static readonly IReadOnlyDictionary<string, (string Zone, string AreaCode)> States = new Dictionary<string, (string, string)>
    {
        ["AL"] = (Central, "205"),
        ["AR"] = (Central, "501"),
        ["AZ"] = ("America/Phoenix", "602"),
        ["CA"] = (Pacific, "510"),
        ["CO"] = (Mountain, "303"),
        ["CT"] = (Eastern, "203"),
        ["DC"] = (Eastern, "202"),
        ["DE"] = (Eastern, "302"),
        ["FL"] = (Eastern, "305"),
        ["GA"] = (Eastern, "404"),
        ["IA"] = (Central, "515"),
        ["ID"] = (Mountain, "208"),
        ["IL"] = (Central, "312"),
        ["IN"] = (Eastern, "317"),
        ["KS"] = (Central, "316"),
        ["KY"] = (Eastern, "502"),
        ["LA"] = (Central, "504"),
        ["MA"] = (Eastern, "617"),
        ["MD"] = (Eastern, "410"),
        ["ME"] = (Eastern, "207"),
        ["MI"] = (Eastern, "313"),
        ["MN"] = (Central, "612"),
        ["MO"] = (Central, "314"),
        ["MS"] = (Central, "601"),
        ["MT"] = (Mountain, "406"),
        ["NC"] = (Eastern, "919"),
        ["ND"] = (Central, "701"),
        ["NE"] = (Central, "402"),
        ["NH"] = (Eastern, "603"),
        ["NJ"] = (Eastern, "201"),
        ["NM"] = (Mountain, "505"),
        ["NV"] = (Pacific, "702"),
        ["NY"] = (Eastern, "212"),
        ["OH"] = (Eastern, "216"),
        ["OK"] = (Central, "405"),
        ["OR"] = (Pacific, "503"),
        ["PA"] = (Eastern, "215"),
        ["RI"] = (Eastern, "401"),
        ["SC"] = (Eastern, "803"),
        ["SD"] = (Central, "605"),
        ["TN"] = (Central, "615"),
        ["TX"] = (Central, "713"),
        ["UT"] = (Mountain, "801"),
        ["VA"] = (Eastern, "804"),
        ["VT"] = (Eastern, "802"),
        ["WA"] = (Pacific, "206"),
        ["WI"] = (Central, "608"),
        ["WV"] = (Eastern, "304"),
        ["WY"] = (Mountain, "307"),
    };

    private static readonly string[] Quarters =
    [
        "Downtown", "North", "South", "East", "West", "Riverside", "Parkside", "Hillside", "Old Town", "Lakeview", "Midtown", "Market",
        "University", "Harbor", "Meadows", "Station",
    ];

    /// <param name="taken">The slugs of other clinics.</param>
    public static IReadOnlyList<GeneratedClinic> Choose(int count, Random random, IEnumerable<string> taken)
    {
        var zips = File.ReadLines(Path.Combine(Repository.Root, "src", "PhysioSite", "Features", "Clinics", "us-zip-codes.tsv"))
            .Skip(1)
            .Select(line => line.Split('\t'))
            .Where(columns => States.ContainsKey(columns[2]))
            .ToArray();
        random.Shuffle(zips);
        var slugs = taken.ToHashSet();
        var clinics = new List<GeneratedClinic>();
        foreach (var zip in zips)
        {
            if (clinics.Count == count)
            {
                break;
            }

            // The second clinic of a town is named after a part of it.
            var name = Quarters.Select(quarter => $"{zip[1]} {quarter}").Prepend(zip[1])
                .FirstOrDefault(name => !slugs.Contains(Slug(name, zip[2])));
            if (name is not null)
            {
                slugs.Add(Slug(name, zip[2]));
                clinics.Add(new GeneratedClinic(
                    Slug(name, zip[2]), name, zip[1], zip[2], zip[0], Degrees(zip[3]), Degrees(zip[4])));
            }
        }

        return clinics;
    }

    public static string Slug(params string[] parts) =>
        string.Join('-', new string([.. string.Join(' ', parts).ToLowerInvariant().Select(c => char.IsAsciiLetterOrDigit(c) ? c : ' ')])
            .Split(' ', StringSplitOptions.RemoveEmptyEntries));

    private static double Degrees(string text) => double.Parse(text, CultureInfo.InvariantCulture);
}
