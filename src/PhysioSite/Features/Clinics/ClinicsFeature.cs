using System.Globalization;
using System.Net.Mime;
using System.Text;
using Microsoft.AspNetCore.Mvc;
using PhysioSite.Content;
using PhysioSite.Content.Model;
using PhysioSite.Features.Clinics.Map;
using PhysioSite.Localization;
using PhysioSite.Web;

namespace PhysioSite.Features.Clinics;

public static class ClinicsFeature
{
    public const string MapPath = SitePaths.Clinics + "/map.svg";
    public const string ZipCodePath = SitePaths.Clinics + "/zip-code";

    public static IServiceCollection AddClinics(this IServiceCollection services)
    {
        services.AddSingleton<ZipCodes>();
        services.AddSingleton<ClinicDirectory>();
        return services;
    }

    public static void MapClinics(this IEndpointRouteBuilder routes)
    {
        routes.MapGet(MapPath, (HttpResponse response) =>
        {
            response.Headers.CacheControl = "public, max-age=86400";
            return Results.Text(ClinicMap.Land, MediaTypeNames.Image.Svg, Encoding.UTF8);
        });

        // POST keeps the location out of the URL and the access log. The endpoint changes no state and returns only data about the
        // caller, so cross-site requests gain nothing and no antiforgery token is needed.
        routes.MapPost(ZipCodePath, (
            [FromForm] string? latitude,
            [FromForm] string? longitude,
            HttpResponse response,
            ZipCodes zips) =>
        {
            response.Headers.CacheControl = "no-store";
            return ReadPosition(latitude, longitude) is not { } position ? Results.BadRequest()
                : zips.Nearest(position) is { } nearest ? Results.Json(new { zip = nearest.Code })
                : Results.NotFound();
        })
            .DisableAntiforgery()
            .LimitPublicPosts("position")
            .WithMetadata(new Translated(), new SkipStatusCodePagesAttribute());
    }

    private static Coordinates? ReadPosition(string? latitude, string? longitude) =>
        double.TryParse(latitude, NumberStyles.Float, CultureInfo.InvariantCulture, out var north) && Math.Abs(north) <= 90
        && double.TryParse(longitude, NumberStyles.Float, CultureInfo.InvariantCulture, out var east) && Math.Abs(east) <= 180
            ? new Coordinates(north, east)
            : null;
}
