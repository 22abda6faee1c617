namespace PhysioSite.Faults;

/// <summary>A patient with unique data who requests an appointment.</summary>
internal sealed record Patient(int Number, string? Email, Dictionary<string, string?> Answers);

/// <summary>Generates an endless sequence of patients. The same seed yields the same sequence.</summary>
internal sealed class Patients(int seed)
{
    private static readonly string[] Zips = ["53703", "60601", "98101", "97201", "02108", "80202", "78701", "30303", "85004", "94501"];
    private static readonly string[] Firsts = ["Ada", "Bela", "Chidi", "Dolores", "Ewa", "Farid", "Grace", "Hana", "Ines", "Jonas"];
    private static readonly string[] AreaCodes = ["608", "312", "206", "503", "617", "303", "512", "404", "602", "510"];

    private int _last;

    public Patient Next()
    {
        var number = Interlocked.Increment(ref _last);
        var random = new Random(unchecked((seed * 7919) + number));
        string Pick(string[] from) => from[random.Next(from.Length)];
        var email = number % 3 == 0 ? $"patient{number}.{seed}@patients.example" : null;
        var answers = new Dictionary<string, string?>
        {
            ["zip"] = Pick(Zips),
            ["name"] = $"{Pick(Firsts)} {InLetters(number)}",
            ["phone"] = $"{Pick(AreaCodes)} {200 + (number / 10_000):000} {number % 10_000:0000}",
            ["email"] = email ?? "",
        };
        if (number % 5 == 0)
        {
            answers["note"] = $"Patient {number} of run {seed} comes by bus";
        }

        return new Patient(number, email, answers);
    }

    private static string InLetters(int number) =>
        "Ex" + string.Concat(number
            .ToString("00000", System.Globalization.CultureInfo.InvariantCulture)
            .Select(digit => "bcdfghjklm"[digit - '0'] + "a"));
}
