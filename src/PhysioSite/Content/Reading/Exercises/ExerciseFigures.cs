using System.Globalization;
using System.Net;
using System.Text;
using Microsoft.AspNetCore.Html;
using PhysioSite.Content.Model;
using static PhysioSite.Localization.Texts;

namespace PhysioSite.Content.Reading.Exercises;

/// <summary>Writes exercises as figures: the picture beside the name, the steps, the dose, the tempo and where one feels it.</summary>
internal static class ExerciseFigures
{
    public static IHtmlContent Write(IEnumerable<AdvisedExercise> exercises)
    {
        var html = new StringBuilder("<div class=\"figures\">\n");
        foreach (var advised in exercises)
        {
            Write(html, advised);
        }

        return new HtmlString(html.Append("</div>\n").ToString());
    }

    private static void Write(StringBuilder html, AdvisedExercise advised)
    {
        var exercise = advised.Exercise;
        // Without a label, a screen reader would announce the whole caption as the name of the figure, and then read it again.
        html.Append(CultureInfo.InvariantCulture, $"<figure aria-label=\"{Text(exercise.Name)}\">");
        if (exercise.Picture is { } picture)
        {
            html.Append("<div>");
            WritePicture(html, picture, exercise.Frames);
            if (exercise.Frames > 1)
            {
                var show = Text(Localize($"Show the movement"));
                html.Append(CultureInfo.InvariantCulture, $"<label class=\"play\"><input type=\"checkbox\" ")
                    .Append(CultureInfo.InvariantCulture, $"aria-label=\"{show}: {Text(exercise.Name)}\">{show}</label>");
            }

            html.Append("</div>");
        }

        html.Append(CultureInfo.InvariantCulture, $"<figcaption><strong>{Text(exercise.Name)}</strong><ol>");
        foreach (var step in exercise.Steps)
        {
            html.Append(CultureInfo.InvariantCulture, $"<li>{Text(step)}</li>");
        }

        html.Append(CultureInfo.InvariantCulture, $"</ol><p><b>{Text(advised.Dose)}.</b> {Text(exercise.Tempo)}. {Text(advised.Note)}</p>");
        html.Append(CultureInfo.InvariantCulture, $"<p>{Text(exercise.Feel)}</p></figcaption></figure>\n");
    }

    private static void WritePicture(StringBuilder html, DescribedPicture described, int frames)
    {
        var (picture, alt) = described;
        html.Append(CultureInfo.InvariantCulture, $"<img src=\"{Text(picture.Address)}\" alt=\"{Text(alt)}\"");
        if (picture.Width > 0)
        {
            html.Append(CultureInfo.InvariantCulture, $" width=\"{picture.Width}\" height=\"{picture.Height}\"");
        }

        if (picture.Sources is not null)
        {
            html.Append(CultureInfo.InvariantCulture, $" srcset=\"{Text(picture.Sources)}\" sizes=\"(min-width: 44rem) 21rem, 100vw\"");
        }

        html.Append(frames > 1 ? $" class=\"frames-{frames}\" loading=\"lazy\">" : " loading=\"lazy\">");
    }

    private static string Text(string text) => WebUtility.HtmlEncode(text);
}
