using PhysioSite.Content.Model;
using PhysioSite.Content.Pictures;

namespace PhysioSite.Content.Reading.Links;

/// <summary>The pictures in the folder <c>images</c>, by the address that texts use.</summary>
/// <param name="files">The full paths, by path relative to the folder.</param>
internal sealed class ContentImages(IReadOnlyDictionary<string, string> files, PictureStore store)
{
    public const string Root = "/images/";

    /// <summary>Continues a sentence that names the link.</summary>
    public const string Nowhere = "leads nowhere. Write the name as in the folder images, with its capital letters.";

    public string? FileAt(string address) => address.StartsWith(Root, StringComparison.Ordinal)
        ? files.GetValueOrDefault(Uri.UnescapeDataString(address[Root.Length..]))
        : null;

    /// <returns>The picture, or what is wrong with the link to it.</returns>
    public (ContentPicture? Picture, string? Problem) Find(string address)
    {
        if (FileAt(address) is not { } file)
        {
            return (null, Nowhere);
        }

        var (picture, problem) = store.Find(file, address);
        return (picture, problem is null ? null : $"leads to a picture that is not shown. {problem}");
    }
}
