namespace PhysioSite.Content.Model;

/// <summary>A picture of the content as pages show it.</summary>
/// <param name="Address">Of the smaller size, if there are two.</param>
/// <param name="Sources">The value of <c>srcset</c>. Null for a picture with one size, such as an SVG.</param>
/// <param name="Width">In pixels, with <paramref name="Height"/> the aspect ratio, so that nothing moves when the picture arrives.</param>
public sealed record ContentPicture(string Address, string? Sources, int Width, int Height);

/// <param name="Alt">Describes the picture for people who do not see it.</param>
public sealed record DescribedPicture(ContentPicture Picture, string Alt);
