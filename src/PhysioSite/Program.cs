using System.Globalization;
using Microsoft.Extensions.Options;
using PhysioSite.Alerts;
using PhysioSite.Connections;
using PhysioSite.Content;
using PhysioSite.Data;
using PhysioSite.Data.Providers;
using PhysioSite.Email;
using PhysioSite.Features;
using PhysioSite.Features.Appointments;
using PhysioSite.Features.Articles;
using PhysioSite.Features.Careers;
using PhysioSite.Features.Clinics;
using PhysioSite.Features.Search;
using PhysioSite.Features.Staff;
using PhysioSite.Features.Staff.Live;
using PhysioSite.Localization;
using PhysioSite.Operations;
using PhysioSite.Telemetry;
using PhysioSite.Web;
using PhysioSite.Web.Caching;
using PhysioSite.Web.Forms;
using PhysioSite.Web.Sitemaps;

var starts = false;
try
{
    MachineRequirements.Assert();

    // Use American English, regardless of the server's locale, unless a page or email sets another language.
    CultureInfo.DefaultThreadCurrentCulture = CultureInfo.DefaultThreadCurrentUICulture = Language.English.Culture;
    return await new SiteCommands(StartSiteAsync, settings => Build(settings, forCommand: true).Services).RunAsync(args);
}
catch (Exception e) when (StartupNotice.Explain(e) is { } reasons)
{
    Console.Error.WriteLine($"{(starts ? "PhysioSite cannot start." : "That cannot be done.")}\n\n{reasons}");
    return 1;
}

static WebApplication Build(string[] settings, bool forCommand = false)
{
    var builder = WebApplication.CreateBuilder(new WebApplicationOptions { Args = settings, ContentRootPath = PublishedFolder() });
    builder.Host.UseDefaultServiceProvider(options => options.ValidateOnBuild = options.ValidateScopes = true);
    builder.Services.AddSingleton(TimeProvider.System);
    builder.Services.AddContent(builder.Configuration, builder.Environment, preparesPictures: !forCommand);
    builder.Services.AddData(builder.Configuration);
    builder.Services.AddEmail(builder.Configuration);
    builder.Services.AddWeb(builder.Configuration);
    builder.Services.AddClinics();
    builder.Services.AddAppointments(builder.Configuration);
    builder.Services.AddCareers();
    builder.Services.AddSearch();
    builder.Services.AddStaff(builder.Configuration);
    builder.Services.AddPages();
    builder.Services.AddAlerts(builder.Configuration);
    builder.Services.AddHostedService<StartupNotice>();
    if (forCommand)
    {
        builder.Services.UseExistingKeysOnly();
        builder.Logging.AddFilter("PhysioSite", LogLevel.Warning);
    }
    else
    {
        builder.Services.AddTelemetry(builder.Configuration);

        // The client of PostgreSQL continues on the threads that wait for sockets, and traced pages are not sent from there.
        if (!DataFeature.UsesPostgreSql(builder.Configuration) && !TelemetryFeature.IsExported(builder.Configuration))
        {
            builder.Services.AddInlineScheduling();
        }
    }

    return builder.Build();
}

// A published program has its settings and static files beside it, whatever the current folder is. Null when it was built, not published.
static string? PublishedFolder() =>
    Directory.Exists(Path.Combine(AppContext.BaseDirectory, "wwwroot")) ? AppContext.BaseDirectory : null;

async Task<int> StartSiteAsync(string[] settings)
{
    starts = true;
    var app = Build(settings);
    app.Services.GetRequiredService<IStartupValidator>().Validate();

    // The content and the database take most of the time of a start, and neither needs the other.
    var content = Task.Run(app.Services.GetRequiredService<ContentLibrary>);
    var database = Task.Run(() => app.Services.GetRequiredService<IDatabaseStartup>().PrepareAsync(CancellationToken.None));

    // The security headers, the public host and host filtering run before this middleware (Web/SecurityHeaders.cs, Web/PublicHost.cs).
    app.UseForwardedHeaders();
    app.UseHttpsExceptLocalhost();
    app.UsePageCache();
    app.UseLocalhostCookiePrefix();
    app.UseCanonicalPaths();
    app.UseLanguagePaths();
    app.UseResponseCompression();
    app.UseStatusCodePagesWithReExecute("/error/{0}");
    app.UseExceptionHandler();
    app.UseFetchMetadata();
    app.UseContentImages();
    app.UseRouting();
    app.UseTranslatedPagesOnly();
    app.UseFormBodyValidation();
    app.UseAuthentication();
    app.UseAuthorization();

    app.MapStaticAssets().CacheFontsPermanently();
    app.MapRazorPages().WithStaticAssets();
    app.MapFeed();
    app.MapClinics();
    app.MapAppointments();
    app.MapLiveUpdates();
    app.MapSitemap();
    app.MapSecurityContact();
    app.MapSiteHealth(StaffRoles.Administrator);

    await Task.WhenAll(content, database);
    await app.RunAsync();
    return 0;
}
