using NetVips;

namespace PhysioSite.Tests.Content;

/// <summary>Photos made for a test.</summary>
internal static class Photos
{
    /// <param name="suffix">The format, for example ".jpg".</param>
    /// <param name="orientation">How the camera was held: 6 is a quarter turn.</param>
    public static byte[] Encode(string suffix, int width = 60, int height = 40, int orientation = 1)
    {
        using var noise = Image.Gaussnoise(width, height, mean: 128, sigma: 20);
        using var gray = noise.Cast(Enums.BandFormat.Uchar);
        using var color = gray.Bandjoin(gray, gray).Copy(interpretation: Enums.Interpretation.Srgb);
        using var photo = color.Mutate(image =>
        {
            image.Set(GValue.GIntType, "orientation", orientation);
            image.Set(GValue.GStrType, "exif-ifd2-UserComment", "At home (At home, ASCII, 8 components, 8 bytes)");
        });
        return photo.WriteToBuffer(suffix);
    }
}
