using PhysioSite.Content.Model;

namespace PhysioSite.Features.Clinics;

/// <summary>Links to the directions of map services. Nothing of a map service is loaded into a page.</summary>
public static class MapLinks
{
    public static string Google(Address address) => "https://www.google.com/maps/dir/?api=1&destination=" + Destination(address);

    public static string Apple(Address address) => "https://maps.apple.com/?daddr=" + Destination(address);

    private static string Destination(Address address) =>
        Uri.EscapeDataString($"{address.Street}, {address.City}, {address.State} {address.Zip}");
}
