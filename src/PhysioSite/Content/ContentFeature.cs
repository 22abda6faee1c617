using Microsoft.Extensions.FileProviders;
using Microsoft.Extensions.Options;
using PhysioSite.Content.Pictures;
using PhysioSite.Data;

namespace PhysioSite.Content;

public sealed class ContentOptions
{
    public const string Section = "Content";

    /// <summary>The folder that contains <c>site.yml</c>, relative to the content root.</summary>
    public string Folder { get; set; } = "content";
}

public static class ContentFeature
{
    /// <param name="preparesPictures">Whether pictures are written to the cache. A command writes nothing.</param>
    public static IServiceCollection AddContent(
        this IServiceCollection services,
        IConfiguration configuration,
        IHostEnvironment environment,
        bool preparesPictures)
    {
        services.AddOptions<ContentOptions>().Bind(configuration.GetSection(ContentOptions.Section))
            .Validate(options => options.Folder.Length > 0, "Content:Folder is empty. Set it to the folder that holds site.yml.")
            .ValidateOnStart();
        services.AddSingleton(provider => new ContentLibrary(
            Folder(provider),
            provider.GetRequiredService<ILogger<ContentLibrary>>(),
            Path.Combine(provider.GetRequiredService<DataFolder>().Path, "content.json"),
            preparesPictures ? provider.GetRequiredService<DataFolder>().Pictures : null));
        services.AddHostedService<ContentCopyService>();
        if (environment.IsDevelopment())
        {
            services.AddHostedService(provider => new ContentWatcher(
                Folder(provider), provider.GetRequiredService<ContentLibrary>(), provider.GetRequiredService<TimeProvider>()));
        }

        return services;
    }

    /// <summary>Serves <c>content/images</c> as <c>/images</c>, and the prepared pictures as <c>/pictures</c>.</summary>
    public static void UseContentImages(this WebApplication app)
    {
        app.UseStaticFiles(new StaticFileOptions
        {
            FileProvider = new PreparedPictures(app.Services.GetRequiredService<DataFolder>().Pictures),
            RequestPath = PictureStore.Path,
            // The name of a file changes with its bytes.
            OnPrepareResponse = context => context.Context.Response.Headers.CacheControl = "public, max-age=31536000, immutable",
        });

        var images = Path.Combine(Folder(app.Services), "images");
        if (Directory.Exists(images))
        {
            app.UseStaticFiles(new StaticFileOptions
            {
                FileProvider = new PhysicalFileProvider(images),
                RequestPath = "/images",
                OnPrepareResponse = context => context.Context.Response.Headers.CacheControl = "public, max-age=3600",
            });
        }
    }

    /// <summary>The full path of the content folder.</summary>
    public static string Folder(IServiceProvider provider) => Path.GetFullPath(
        provider.GetRequiredService<IOptions<ContentOptions>>().Value.Folder,
        provider.GetRequiredService<IHostEnvironment>().ContentRootPath);
}
