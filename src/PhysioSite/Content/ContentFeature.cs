using Microsoft.Extensions.FileProviders;
using Microsoft.Extensions.Options;
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
    public static IServiceCollection AddContent(
        this IServiceCollection services,
        IConfiguration configuration,
        IHostEnvironment environment)
    {
        services.AddOptions<ContentOptions>().Bind(configuration.GetSection(ContentOptions.Section))
            .Validate(options => options.Folder.Length > 0, "Content:Folder is empty. Set it to the folder that holds site.yml.")
            .ValidateOnStart();
        services.AddSingleton(provider => new ContentLibrary(
            Folder(provider),
            provider.GetRequiredService<ILogger<ContentLibrary>>(),
            Path.Combine(provider.GetRequiredService<DataFolder>().Path, "content.json")));
        if (environment.IsDevelopment())
        {
            services.AddHostedService(provider => new ContentWatcher(
                Folder(provider), provider.GetRequiredService<ContentLibrary>(), provider.GetRequiredService<TimeProvider>()));
        }

        return services;
    }

    /// <summary>Serves <c>content/images</c> as <c>/images</c>.</summary>
    public static void UseContentImages(this WebApplication app)
    {
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
