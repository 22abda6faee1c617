namespace PhysioSite.Benchmarks.Growth;

/// <summary>What the articles about one part of the body can be about, in English and Spanish.</summary>
/// <param name="CareCards">A set of <c>care-cards.yml</c>.</param>
internal sealed record ArticleTopic(
    string Area, string CareCards, string Part, string[] Conditions, string[] Exercises, string SpanishPart, string[] SpanishConditions);

/// <summary>
/// Composes articles of about the length of the sample's from sentences with exchangeable parts, so that no two are the same. They say
/// nothing that a reader could rely on: they exist to be read by programs.
/// </summary>
internal sealed class ArticleTexts(Random random)
{
    public static readonly IReadOnlyList<ArticleTopic> Topics =
    [
        new("foot", "heel", "heel", ["Plantar heel pain", "Arch pain", "Forefoot pain", "A stiff big toe"],
            ["plantar-stretch", "heel-raise-towel", "heel-raise"], "talón", ["Dolor de talón", "Dolor del arco"]),
        new("ankle", "ankle", "ankle", ["An ankle sprain", "A stiff ankle", "An unsteady ankle", "Outer ankle pain"],
            ["ankle-circles", "single-leg-stand", "heel-raise"], "tobillo", ["Esguince de tobillo", "Tobillo rígido"]),
        new("shin", "shin", "shin", ["Shin splints", "Outer shin pain", "Shin soreness", "Tight shins"],
            ["toe-raise", "heel-raise-bent-knee", "bridge"], "espinilla", ["Periostitis tibial", "Dolor en la espinilla"]),
        new("calf", "achilles", "calf", ["Achilles pain", "A calf strain", "Calf cramps", "A tight calf"],
            ["heel-raise-one-leg", "heel-raise-step", "calf-stretch-wall"], "pantorrilla",
            ["Dolor de Aquiles", "Calambres de pantorrilla"]),
        new("knee", "knee", "knee", ["Runner's knee", "Inner knee pain", "A clicking knee", "Pain below the kneecap"],
            ["wall-sit", "step-up", "side-leg-lift"], "rodilla", ["Rodilla del corredor", "Dolor de rodilla"]),
        new("thigh", "strain", "thigh", ["A hamstring strain", "A sore thigh", "Tight hamstrings", "A quadriceps strain"],
            ["long-bridge", "hip-hinge", "chair-squat"], "muslo", ["Desgarro del muslo", "Isquiotibiales tensos"]),
        new("hip", "hip", "hip", ["Outer hip pain", "Groin pain", "A snapping hip", "A stiff hip"],
            ["side-plank", "leg-swing", "knee-squeeze"], "cadera", ["Dolor de cadera", "Dolor en la ingle"]),
        new("back", "back", "lower back", ["Low back pain", "A stiff back", "Back pain after sitting", "Back soreness"],
            ["bird-dog", "bridge", "hip-hinge"], "espalda", ["Dolor lumbar", "Espalda rígida"]),
        new("neck-shoulder", "neck-shoulder", "shoulder", ["Shoulder pain", "A stiff neck", "A frozen shoulder", "Neck tension"],
            ["shoulder-squeeze", "head-turn", "bird-dog"], "hombro", ["Dolor de hombro", "Cuello rígido"]),
        new("arm-hand", "arm-hand", "elbow", ["Tennis elbow", "Wrist pain", "A weak grip", "Thumb pain"],
            ["wrist-lower", "fist-and-fan", "shoulder-squeeze"], "codo", ["Codo de tenista", "Dolor de muñeca"]),
    ];

    private static readonly string[] Who =
    [
        "new runners", "trail runners", "marathon runners", "walkers", "hikers", "nurses on long shifts", "teachers", "gardeners",
        "parents with small children", "soccer players", "tennis players", "swimmers", "cyclists", "dancers", "office workers",
        "warehouse workers", "people over sixty", "basketball players", "rowers", "climbers",
    ];

    private static readonly string[] Focus =
    [
        "what to do in the first week", "how to sleep better with it", "a plan for six weeks", "when to rest and when to move",
        "how to warm up", "what makes it come back", "how to keep training", "what helps at work", "the first steps after a break",
        "which shoes to try", "how strong is strong enough", "a plan for a busy week", "what an examination shows", "how to travel with it",
        "what to expect from treatment",
    ];

    private static readonly string[] SpanishWho =
        ["quienes empiezan a correr", "caminantes", "ciclistas", "bailarines", "personas mayores", "quienes trabajan de pie"];

    private static readonly string[] SpanishFocus =
        ["qué hacer la primera semana", "un plan para seis semanas", "cuándo descansar", "cómo calentar", "qué ayuda en el trabajo"];

    private static readonly string[] When =
    [
        "in the morning", "after a long day", "on the stairs", "at the start of a run", "late in a walk", "after sitting for an hour",
        "on the way home", "during a warm-up", "the day after a hard session", "when the weather turns cold", "on uneven ground",
        "while carrying a bag",
    ];

    private static readonly string[] Feeling =
        ["a dull ache", "a pull", "stiffness", "a warm soreness", "a short sting", "a heavy feeling", "tightness", "a tired feeling"];

    private static readonly string[] Change =
    [
        "a new pair of shoes", "more miles than before", "a harder surface", "a week with little sleep", "a new job", "a long drive",
        "a change in the training plan", "a move to a house with stairs", "a cold that lasted", "less time to warm up", "a heavier bag",
        "a return after a break",
    ];

    private static readonly string[] Advice =
    [
        "shorten the next session by a third", "split the load over two days", "keep one easy day between two hard ones",
        "write down what you did and how it felt", "change one thing at a time", "move the {part} gently every hour",
        "begin with five slow minutes", "leave the last set out when it aches", "try it on level ground first",
        "ask somebody to watch how you move", "rest the {part} for a day and then start again", "use a chair for balance at first",
        "go back one step when the next morning is worse", "put the exercises beside something you do every day",
    ];

    private static readonly string[] Sentences =
    [
        "Many {who} notice {feeling} in the {part} {when}.",
        "It often begins after {change}, and nobody can name the day.",
        "The {part} is strong, but it needs time to get used to {change}.",
        "If {feeling} is there {when}, {advice}.",
        "A useful first step is to {advice}.",
        "Some people feel {feeling} {when} and nothing at other times.",
        "Two weeks of small steps do more for the {part} than one big effort.",
        "When {change} comes together with {change2}, the {part} may complain.",
        "You do not need special equipment: {advice}, and see what changes.",
        "Pain that stays at {low} out of 10 and is gone by the next morning is usually fine.",
        "Pain that climbs above {high} out of 10 is a reason to stop for the day.",
        "Most {who} are back at what they like within {weeks} weeks, and some need longer.",
        "Think of the {part} as something that adapts, slowly and in both directions.",
        "It helps to {advice}, because the {part} then gets a rest before it asks for one.",
        "Do not judge by one bad day: look at the whole week, and {advice}.",
        "If {feeling} moves, spreads or wakes you at night, call us.",
        "Cold or warmth may ease {feeling}, and either is fine as long as the skin stays comfortable.",
        "People who sit a lot can {advice}, also at a desk.",
        "After {weeks} weeks, add a little: one more set, one more hill, or five more minutes.",
        "What worked for a friend may not work for you, since {change} affects each person in another way.",
        "Keep doing what does not hurt, such as a walk {when}.",
        "With {feeling} {when}, it is tempting to stop everything; most of the time you need not.",
        "A therapist looks at how the {part} moves, how strong it is, and what you ask of it in a week.",
        "Breathe out on the hard part, and let the {part} come back slowly.",
        "Once {feeling} is gone {when}, {advice} for one more week.",
    ];

    private static readonly string[] Headings =
    [
        "What it is", "How it feels", "Why it starts", "What to do now", "What to leave for now", "A plan for the coming weeks",
        "At work and at home", "How to keep it away", "What the first visit is like", "When to get help",
    ];

    private static readonly string[] Do =
    [
        "keep moving gently", "add load in small steps", "sleep enough on the days after", "wear shoes that feel good right away",
        "drink water when it is warm", "keep one day free between sessions", "warm up for five minutes", "write down how it felt",
    ];

    private static readonly string[] DoNot =
    [
        "run through pain that grows", "test it by hopping", "rest completely for weeks", "change everything at once",
        "stretch into sharp pain", "take a pain medicine to get through a session", "start again where you stopped",
    ];

    private static readonly string[] SpanishSentences =
    [
        "Muchas personas sienten una molestia en esta parte del cuerpo después de un día largo.",
        "A menudo empieza después de un cambio: más millas, otros zapatos o una semana con poco sueño.",
        "El {part} es fuerte, pero necesita tiempo para acostumbrarse a una carga nueva.",
        "Un buen primer paso es acortar la próxima sesión y anotar cómo se sintió.",
        "Si el dolor no pasa de {low} sobre 10 y se va a la mañana siguiente, por lo general no hay problema.",
        "Si el dolor pasa de {high} sobre 10, deténgase por hoy.",
        "La mayoría vuelve a lo que le gusta en unas {weeks} semanas.",
        "No hace falta equipo especial: cambie una cosa a la vez y observe qué pasa.",
        "Siga haciendo lo que no le duele, por ejemplo caminar en terreno plano.",
        "Deje un día fácil entre dos días difíciles.",
        "Si la molestia lo despierta por la noche, llámenos.",
        "Después de {weeks} semanas, añada un poco: una serie más o cinco minutos más.",
        "Un fisioterapeuta mira cómo se mueve el {part}, qué fuerza tiene y qué le pide usted en una semana.",
        "Quienes pasan mucho tiempo sentados pueden moverlo con suavidad cada hora.",
        "El calor o el frío pueden aliviar, y cualquiera de los dos está bien si la piel se siente cómoda.",
    ];

    private static readonly string[] SpanishHeadings =
        ["Qué es", "Cómo se siente", "Por qué empieza", "Qué hacer ahora", "Un plan para las próximas semanas", "Cuándo pedir ayuda"];

    /// <summary>The title of an article, another one for each number below a few thousand for each topic.</summary>
    public static string Title(ArticleTopic topic, int number) =>
        $"{topic.Conditions[number % topic.Conditions.Length]} in {Who[number / topic.Conditions.Length % Who.Length]}: "
        + Focus[number / topic.Conditions.Length / Who.Length % Focus.Length];

    public static string Condition(ArticleTopic topic, int number) => topic.Conditions[number % topic.Conditions.Length];

    public static string SpanishTitle(ArticleTopic topic, int number) =>
        $"{topic.SpanishConditions[number % topic.SpanishConditions.Length]} en "
        + $"{SpanishWho[number / 2 % SpanishWho.Length]}: {SpanishFocus[number / 12 % SpanishFocus.Length]}";

    public string Summary(ArticleTopic topic) => Fit(
        $"What {Any(Who)} can do about {Any(Feeling)} in the {topic.Part} {Any(When)}, and how to get back to what they like.");

    public static string SpanishSummary(ArticleTopic topic) =>
        $"Qué puede hacer cuando le duele el {topic.SpanishPart}, cuándo descansar y cómo volver poco a poco a lo que le gusta.";

    public string Paragraph(ArticleTopic topic, int sentences) =>
        string.Join(' ', Enumerable.Range(0, sentences).Select(_ => Fill(Any(Sentences), topic.Part)));

    public string SpanishParagraph(ArticleTopic topic, int sentences) =>
        string.Join(' ', Enumerable.Range(0, sentences).Select(_ => Fill(Any(SpanishSentences), topic.SpanishPart)));

    /// <param name="others">Slugs of other articles, to link to.</param>
    public IEnumerable<string> Body(ArticleTopic topic, IReadOnlyList<string> others)
    {
        yield return Paragraph(topic, 4);
        foreach (var (index, heading) in Headings.Index())
        {
            yield return $"\n## {heading}\n\n{Paragraph(topic, random.Next(3, 6))}\n\n{Paragraph(topic, random.Next(2, 5))}";
            var next = index switch
            {
                1 => string.Join('\n', Enumerable.Range(0, 4).Select(_ => $"- {Any(Feeling)} {Any(When)}")),
                2 => $"::: appointment Request an appointment for your {topic.Part}\n{Paragraph(topic, 1)}\n:::",
                3 => $"::: do\n{Items(Do)}\n:::\n\n::: dont\n{Items(DoNot)}\n:::",
                5 => $"::: exercises\n{string.Join('\n', topic.Exercises.Select(name => $"- {name}: {Dose()}"))}\n:::",
                6 => $"Read more in [a related article](/articles/{Any(others)}) and [another one](/articles/{Any(others)}).",
                7 => "::: appointment Request a plan\nWe fit the steps to the time you have.\n:::",
                9 => "[Should I see someone?](/should-i-see-someone) has the signs, and you can start with a [first visit](/first-visit).",
                _ => null,
            };
            if (next is not null)
            {
                yield return $"\n{next}";
            }
        }
    }

    public IEnumerable<string> SpanishBody(ArticleTopic topic)
    {
        yield return SpanishParagraph(topic, 4);
        foreach (var (index, heading) in SpanishHeadings.Index())
        {
            yield return $"\n## {heading}\n\n{SpanishParagraph(topic, 5)}\n\n{SpanishParagraph(topic, 4)}";
            if (index is 2 or 4)
            {
                yield return $"\n::: appointment Solicite una cita\n{SpanishParagraph(topic, 1)}\n:::";
            }
        }
    }

    private string Items(string[] choices)
    {
        string[] items = [.. choices];
        random.Shuffle(items);
        return string.Join('\n', items.Take(4).Select(item => $"- {item}"));
    }

    private string Dose() => $"{random.Next(2, 4)} sets of {random.Next(8, 16)}, every other day";

    private string Fill(string sentence, string part) => sentence
        .Replace("{advice}", Any(Advice), StringComparison.Ordinal)
        .Replace("{who}", Any(Who), StringComparison.Ordinal)
        .Replace("{when}", Any(When), StringComparison.Ordinal)
        .Replace("{feeling}", Any(Feeling), StringComparison.Ordinal)
        .Replace("{change}", Any(Change), StringComparison.Ordinal)
        .Replace("{change2}", Any(Change), StringComparison.Ordinal)
        .Replace("{low}", $"{random.Next(1, 3)}", StringComparison.Ordinal)
        .Replace("{high}", $"{random.Next(4, 6)}", StringComparison.Ordinal)
        .Replace("{weeks}", $"{random.Next(3, 13)}", StringComparison.Ordinal)
        .Replace("{part}", part, StringComparison.Ordinal);

    private T Any<T>(IReadOnlyList<T> choices) => choices[random.Next(choices.Count)];

    private static string Fit(string summary) => summary.Length <= 200 ? summary : throw new InvalidOperationException(summary);
}
