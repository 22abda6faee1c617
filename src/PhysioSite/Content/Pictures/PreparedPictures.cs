using Microsoft.Extensions.FileProviders;
using Microsoft.Extensions.Primitives;

namespace PhysioSite.Content.Pictures;

/// <summary>The files that <see cref="PictureStore"/> writes. The folder may not exist yet.</summary>
internal sealed class PreparedPictures(string folder) : IFileProvider
{
    private readonly Lazy<PhysicalFileProvider?> _files = new(() => Directory.Exists(folder) ? new PhysicalFileProvider(folder) : null);

    public IFileInfo GetFileInfo(string subpath) => Files?.GetFileInfo(subpath) ?? new NotFoundFileInfo(subpath);

    public IDirectoryContents GetDirectoryContents(string subpath) => NotFoundDirectoryContents.Singleton;

    public IChangeToken Watch(string filter) => NullChangeToken.Singleton;

    private PhysicalFileProvider? Files => Directory.Exists(folder) ? _files.Value : null;
}
