using PhysioSite.Content.Model;
using PhysioSite.Content.Reading.Sources;

namespace PhysioSite.Content.Reading.Exercises;

/// <summary>Reads <c>exercises.yml</c> by the names of the exercises.</summary>
internal static class ExercisesReader
{
    private const int MostSteps = 3;

    private static readonly Dictionary<string, int> Frames = new() { ["1"] = 1, ["2"] = 2, ["3"] = 3 };

    /// <param name="english">The exercises that this file translates, or null when it is English.</param>
    public static IReadOnlyDictionary<string, Exercise> ReadAll(
        FrontMatter front, ContentReading reading, IReadOnlyDictionary<string, Exercise>? english)
    {
        var exercises = new Dictionary<string, Exercise>(StringComparer.Ordinal);
        foreach (var id in front.Keys)
        {
            if (front.Section(id) is { } section)
            {
                exercises[id] = Read(id, section, reading, english?.GetValueOrDefault(id));
                section.Finish();
            }

            if (front.FileOf(id) != front.File)
            {
                front.Problem(null, $"The exercise \"{id}\" of {front.FileOf(id)} is not translated.");
            }
        }

        front.Finish();
        return exercises;
    }

    /// <param name="english">Has the picture and its frames. A translation has only words.</param>
    private static Exercise Read(string id, FrontMatter section, ContentReading reading, Exercise? english)
    {
        var steps = section.Texts("steps");
        if (steps.Count > MostSteps)
        {
            section.Problem("steps", $"An exercise has at most {MostSteps} steps; this one has {steps.Count}.");
        }

        var picture = section.Has("picture")
            ? reading.Picture(section, "picture", section.Text("picture"))
            : english?.Picture?.Picture;

        // Also read when the picture is wrong, so that only the picture is reported.
        var description = section.Has("picture") || english?.Picture is not null || (english is not null && section.Has("pictureAlt"))
            ? section.Text("pictureAlt")
            : "";
        return new(
            id,
            SourceMarks.CheckPlain(section, "name", section.Text("name")),
            [.. steps.Select(step => SourceMarks.CheckPlain(section, "steps", step))],
            section.Text("tempo"),
            SourceMarks.CheckPlain(section, "feel", section.Text("feel")),
            picture is null ? null : new DescribedPicture(picture, description),
            section.Has("frames") ? section.Choice("frames", Frames) : english?.Frames ?? 1);
    }
}
