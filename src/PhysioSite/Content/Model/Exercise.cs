namespace PhysioSite.Content.Model;

/// <summary>An exercise from <c>exercises.yml</c>, with the same words and picture wherever it is advised.</summary>
/// <param name="Steps">What to do, one sentence or two for each position of the picture.</param>
/// <param name="Tempo">How fast, for example "Up in 2 seconds, down in 3".</param>
/// <param name="Feel">Where one feels it, and when to stop.</param>
/// <param name="Frames">
/// How many positions of the same width the picture has side by side, so that they can be shown one after another. 1 for a picture that
/// does not move.
/// </param>
public sealed record Exercise(
    string Id, string Name, IReadOnlyList<string> Steps, string Tempo, string Feel, DescribedPicture? Picture, int Frames);

/// <summary>An exercise as a page advises it.</summary>
/// <param name="Dose">How often, for example "3 sets of 12".</param>
/// <param name="Note">What else to mind on this page. May be empty.</param>
public sealed record AdvisedExercise(Exercise Exercise, string Dose, string Note)
{
    /// <summary>The words of the exercise, for the search.</summary>
    public string PlainText =>
        $"{Exercise.Name}. {string.Join(' ', Exercise.Steps)} {Dose}. {Exercise.Tempo}. {Note} {Exercise.Feel}";
}
