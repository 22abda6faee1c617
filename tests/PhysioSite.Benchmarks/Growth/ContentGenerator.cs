using System.Globalization;
using PhysioSite.TestSupport;

namespace PhysioSite.Benchmarks.Growth;

/// <summary>
/// Writes a content folder with many articles, clinics and positions: the sample content, and generated files beside it. A tenth of the
/// generated articles have a Spanish translation, and each generated clinic has one therapist. The same seed writes the same files.
/// </summary>
/// <param name="today">Positions are posted, and articles published and reviewed, in the time before it.</param>
internal sealed class ContentGenerator(string folder, DateOnly today, Action<string> report)
{
    private const int Seed = 27;

    /// <summary>Every tenth article has a translation.</summary>
    private const int TranslatedEach = 10;

    private static readonly string[] Authors = ["maya-torres", "daniel-okafor", "hannah-lindqvist", "priya-raman"];

    private static readonly string[] FirstNames =
        ["Ada", "Ben", "Carla", "Dev", "Elena", "Farid", "Gwen", "Hugo", "Iris", "Jonas", "Kira", "Liam", "Mona", "Nils", "Opal", "Pia"];

    private static readonly string[] LastNames =
    [
        "Abbott", "Bishara", "Castell", "Dunmore", "Eriksen", "Falk", "Granger", "Holt", "Ibarra", "Jansen", "Kowal", "Lindner", "Mbeki",
        "Norling", "Osei", "Prado", "Quist", "Rao",
    ];

    private static readonly string[] Services =
    [
        "Running assessment", "Manual therapy", "Post-surgical rehabilitation", "Balance and fall prevention", "Vestibular therapy",
        "Instrument-assisted soft-tissue work", "Active Release Techniques",
    ];

    private static readonly string[] Plans =
        ["medicare", "medicare-advantage", "medicaid", "workers-compensation", "auto", "northlake", "evergreen", "harbor", "summit"];

    private static readonly string[] Specialties =
        ["Running injuries", "Tendon pain", "Knee and hip", "Back and neck", "Shoulder", "Foot and ankle", "After surgery", "Older adults"];

    private static readonly (string Role, string Title, int From, int To, string Per)[] Roles =
    [
        ("physical-therapist", "Physical therapist, orthopedics", 84000, 102000, "year"),
        ("physical-therapist", "Physical therapist, evenings", 44, 54, "hour"),
        ("physical-therapist-assistant", "Physical therapist assistant", 27, 34, "hour"),
        ("front-desk", "Front desk coordinator", 21, 26, "hour"),
    ];

    private static readonly string[] Types = ["full-time", "part-time", "per-diem", "new-graduate"];

    private static readonly string[] Questions = ["How long does it take?", "Can I keep moving?", "Do I need a picture of it?"];

    private static readonly string[] Workdays = ["monday", "tuesday", "wednesday", "thursday", "friday"];

    private readonly Random _random = new(Seed);

    /// <param name="articles">How many there are in the end, with those of the sample. The same holds for clinics and positions.</param>
    /// <returns>The slugs of all clinics.</returns>
    public IReadOnlyList<string> Write(int articles, int clinics, int positions)
    {
        CopySample();
        WriteReferralRules();
        var sampleClinics = Names("clinics");
        var generated = GeneratedClinics.Choose(clinics - sampleClinics.Count, _random, sampleClinics);
        foreach (var (number, clinic) in generated.Index())
        {
            Write($"clinics/{clinic.Slug}.md", Clinic(clinic, number));
            Write($"therapists/therapist-{number}.md", Therapist(clinic));
        }

        report($"{clinics} clinics");
        for (var number = Names("careers").Count; number < positions; number++)
        {
            var clinic = generated[_random.Next(generated.Count)];
            Write($"careers/position-{number}.md", Position(clinic));
        }

        report($"{positions} positions");
        WriteArticles(articles - Names("articles").Count);
        report($"{articles} articles");
        return [.. sampleClinics, .. generated.Select(clinic => clinic.Slug)];
    }

    private void CopySample()
    {
        foreach (var file in Directory.EnumerateFiles(Repository.ContentPath, "*", SearchOption.AllDirectories))
        {
            var copy = Path.Combine(folder, Path.GetRelativePath(Repository.ContentPath, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }
    }

    /// <summary>The sample has the rules of its own states only.</summary>
    private void WriteReferralRules()
    {
        const string Key = "referralRules:\n";
        foreach (var (path, rule) in new[]
        {
            ("site.yml", "Ask us whether you need a doctor's referral in this state."),
            ("es/site.yml", "Pregúntenos si en este estado necesita una remisión médica."),
        })
        {
            var text = File.ReadAllText(Path.Combine(folder, path));
            var rules = text[text.IndexOf(Key, StringComparison.Ordinal)..];
            var missing = GeneratedClinics.States.Keys.Where(state => !rules.Contains($"\n  {state}:", StringComparison.Ordinal));
            Write(path, text.Replace(
                Key, Key + string.Concat(missing.Select(state => $"  {state}: \"{rule}\"\n")), StringComparison.Ordinal));
        }
    }

    private void WriteArticles(int count)
    {
        var texts = new ArticleTexts(_random);
        var topics = ArticleTexts.Topics;
        var slugs = Enumerable.Range(0, count)
            .Select(i => GeneratedClinics.Slug(ArticleTexts.Title(topics[i % topics.Count], i / topics.Count)))
            .ToList();
        for (var i = 0; i < count; i++)
        {
            var (topic, number) = (topics[i % topics.Count], i / topics.Count);
            Write($"articles/{slugs[i]}.md", Article(texts, topic, number, slugs));
            if (i % TranslatedEach == 0)
            {
                Write($"es/articles/{slugs[i]}.md", SpanishArticle(texts, topic, number));
            }

            if ((i + 1) % 2_000 == 0)
            {
                report($"{i + 1} of {count} articles");
            }
        }
    }

    private string Article(ArticleTexts texts, ArticleTopic topic, int number, IReadOnlyList<string> slugs)
    {
        var author = _random.Next(Authors.Length);
        var reviewer = (author + 1 + _random.Next(Authors.Length - 1)) % Authors.Length;
        var reviewed = today.AddDays(-_random.Next(1, 360));
        var published = reviewed.AddDays(-_random.Next(3, 4000));
        var second = ArticleTexts.Topics[_random.Next(ArticleTexts.Topics.Count)].Area;
        string[] areas = number % 3 > 0 || second == topic.Area ? [topic.Area] : [topic.Area, second];
        var questions = Questions.Select(question =>
            $"  - question: \"{question}\"\n    answer: \"{texts.Paragraph(topic, 2)}\"");
        return $"""
            ---
            title: "{ArticleTexts.Title(topic, number)}"
            summary: "{texts.Summary(topic)}"
            bodyAreas: [{string.Join(", ", areas)}]
            author: {Authors[author]}
            reviewedBy: {Authors[reviewer]}
            published: {Date(published)}
            reviewed: {Date(reviewed)}
            nextReview: {Date(reviewed.AddYears(1))}
            careCards: {topic.CareCards}
            faq:
            {string.Join('\n', questions)}
            sources:
              - title: "A page about the {topic.Part}"
                publisher: "Cedar & Stride"
                url: https://www.cedarandstride.example/sources/{topic.Area}-{number}
            conditions: ["{ArticleTexts.Condition(topic, number)}"]
            ---

            {string.Join('\n', texts.Body(topic, slugs))}

            """;
    }

    private static string SpanishArticle(ArticleTexts texts, ArticleTopic topic, int number) =>
        $"""
        ---
        title: "{ArticleTexts.SpanishTitle(topic, number)}"
        summary: "{ArticleTexts.SpanishSummary(topic)}"
        ---

        {string.Join('\n', texts.SpanishBody(topic))}

        """;

    private string Clinic(GeneratedClinic clinic, int number)
    {
        var hours = string.Join('\n', Workdays.Select(day =>
            $"  {day}: \"{_random.Next(6, 9):00}:00-{_random.Next(17, 20)}:00\""));
        var phone = $"({clinic.AreaCode}) 555-01{number % 100:00}";
        return $"""
            ---
            name: "{clinic.Name}"
            updated: {Date(today.AddDays(-_random.Next(200)))}
            address:
              street: "{_random.Next(1, 990)} {Any(LastNames)} Street"
              city: "{clinic.Place}"
              state: {clinic.State}
              zip: "{clinic.Zip}"
            latitude: {Degrees(clinic.Latitude)}
            longitude: {Degrees(clinic.Longitude)}
            timeZone: {clinic.TimeZone}
            phone: "{phone}"
            inbox: {clinic.Slug}@cedarandstride.example
            visits: {(number % 10 == 0 ? "[clinic]" : "[clinic, video]")}
            hours:
            {hours}
              saturday: "{(number % 2 == 0 ? "08:00-12:00" : "closed")}"
              sunday: closed
            plans: [{string.Join(", ", Some(Plans, 5))}]
            services: [{string.Join(", ", Some(Services, 4))}]
            languages: [English]
            directions: "The entrance is on the side of the parking lot. Look for the green door."
            parking: "There is free parking in front of the building."
            transit: "A bus stops a few minutes away."
            stepFree: "There is no step at the entrance, and all rooms are on the ground floor."
            ---

            ## What this clinic is like

            {clinic.Name} has {_random.Next(3, 9)} treatment rooms and a treadmill. Each room has a door that closes.
            [What happens at a first visit](/first-visit) tells you what to expect.

            """;
    }

    private string Therapist(GeneratedClinic clinic) =>
        $"""
        ---
        name: {Any(FirstNames)} {Any(LastNames)}
        credentials: "PT, DPT"
        licensedStates: [{clinic.State}]
        languages: [English]
        specialties: [{string.Join(", ", Some(Specialties, 2))}]
        clinics: [{clinic.Slug}]
        updated: {Date(today.AddDays(-_random.Next(200)))}
        ---

        Works in {clinic.Place} and treats runners, workers and older people. Begins each visit with a question, and ends it with a plan.

        """;

    private string Position(GeneratedClinic clinic)
    {
        var (role, title, from, to, per) = Any(Roles);
        var posted = today.AddDays(-_random.Next(1, 200));
        var closes = _random.Next(10) == 0 ? posted.AddDays(_random.Next(0, 30)) : today.AddDays(_random.Next(200, 500));
        return $"""
            ---
            title: "{title}"
            summary: "{title} in {clinic.Name}, with one patient at a time, a steady team and paid time for notes each day."
            clinic: {clinic.Slug}
            role: {role}
            type: {Any(Types)}
            pay:
              from: {from}
              to: {to}
              per: {per}
            schedule: "Four days a week between 7 am and 7 pm."
            productivity: "Eight to ten visits on a full day. If it is fewer, we look at the schedule first."
            supervision: "The lead of the clinic is your supervisor. You meet once a week at first, and then once a month."
            documentationTime: "One paid hour a day."
            readBy: "The lead of the clinic and one therapist read every application."
            posted: {Date(posted)}
            closes: {Date(closes)}
            ---

            ## The work

            You work in our [{clinic.Name} clinic](/clinics/{clinic.Slug}). A first visit is 60 minutes, and later visits are 40.

            ## What we offer

            - Health, dental and vision insurance
            - 20 days of paid time off
            - Paid time for notes, every day

            """;
    }

    private List<string> Names(string below) =>
    [
        .. Directory.EnumerateFiles(Path.Combine(folder, below))
            .Select(file => Path.GetFileNameWithoutExtension(file))
            .Order(StringComparer.Ordinal),
    ];

    private void Write(string path, string text) => File.WriteAllText(Path.Combine(folder, path), text);

    private T Any<T>(T[] choices) => choices[_random.Next(choices.Length)];

    private IEnumerable<T> Some<T>(T[] choices, int count)
    {
        T[] shuffled = [.. choices];
        _random.Shuffle(shuffled);
        return shuffled.Take(count);
    }

    private static string Date(DateOnly date) => date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    private static string Degrees(double value) => value.ToString("0.0000", CultureInfo.InvariantCulture);
}
