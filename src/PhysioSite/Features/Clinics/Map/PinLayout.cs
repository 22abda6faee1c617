namespace PhysioSite.Features.Clinics.Map;

/// <summary>
/// Positions the pins of a map so that they do not overlap. Pins that would overlap at their true places are placed on a ring around the
/// center of their group, ordered by direction, so that the lines to their places do not cross. Each ring has the smallest radius that
/// the other pins and the edges of the map allow. A group that is too large for a ring (more than about twenty pins) is not moved. The
/// layout is deterministic.
/// </summary>
internal static class PinLayout
{
    private const int Directions = 120;
    private const double WidestRing = 400;
    private const double RingStep = 4;

    /// <summary>Tolerance for rounding errors between neighbors at exactly the minimum distance.</summary>
    private const double Rounding = 0.01;

    /// <param name="places">The true places.</param>
    /// <param name="least">Minimum distance between the centers of two pins.</param>
    /// <param name="edge">Minimum distance from the center of a pin to the edge of the map.</param>
    /// <returns>The center of each pin, in the order of the places.</returns>
    public static IReadOnlyList<MapPoint> Spread(IReadOnlyList<MapPoint> places, double least, double edge)
    {
        var pins = places.ToArray();
        var taken = new List<MapPoint>();

        // Small groups first: a single pin is not moved and a pair moves only slightly. Larger groups are then placed around them.
        foreach (var group in Groups(places, least).OrderBy(group => group.Count))
        {
            var middle = new MapPoint(group.Average(i => places[i].X), group.Average(i => places[i].Y));
            int[] around = [.. group.OrderBy(i => Math.Atan2(places[i].Y - middle.Y, places[i].X - middle.X))];
            if (group.Count > 1 && Ring([.. around.Select(i => places[i])], middle, least, IsFree) is { } ring)
            {
                foreach (var (place, pin) in around.Zip(ring))
                {
                    pins[place] = pin;
                }
            }

            taken.AddRange(group.Select(i => pins[i]));
        }

        return pins;

        bool IsFree(MapPoint pin) =>
            pin.X >= edge && pin.X <= MapProjection.Width - edge && pin.Y >= edge && pin.Y <= MapProjection.Height - edge
            && taken.All(other => other.DistanceTo(pin) >= least);
    }

    /// <summary>
    /// Groups the places, by index. Places are in the same group if they are connected by steps shorter than <paramref name="least"/>.
    /// </summary>
    private static List<List<int>> Groups(IReadOnlyList<MapPoint> places, double least)
    {
        var groups = new List<List<int>>();
        for (var i = 0; i < places.Count; i++)
        {
            var place = places[i];
            var near = groups.Where(group => group.Exists(other => places[other].DistanceTo(place) < least)).ToList();
            groups.RemoveAll(near.Contains);
            groups.Add([.. near.SelectMany(group => group), i]);
        }

        return groups;
    }

    /// <returns>An evenly spaced point for each place, or null when no ring has enough space.</returns>
    private static MapPoint[]? Ring(MapPoint[] places, MapPoint middle, double least, Func<MapPoint, bool> isFree)
    {
        for (var radius = least / 2 / Math.Sin(Math.PI / places.Length); radius <= WidestRing; radius += RingStep)
        {
            MapPoint[] ring = [.. Enumerable.Range(0, Directions).Select(i => Math.Tau * i / Directions)
                .Select(angle => new MapPoint(middle.X + (radius * Math.Cos(angle)), middle.Y + (radius * Math.Sin(angle))))];
            bool[] free = [.. ring.Select(isFree)];
            var closest = (int)Math.Ceiling((2 * Math.Asin(least / 2 / radius) / Math.Tau * Directions) - Rounding);
            for (var step = Directions / places.Length; step >= closest; step--)
            {
                if (NearestStart(places, ring, free, step) is { } start)
                {
                    return [.. places.Select((_, i) => ring[(start + (i * step)) % Directions])];
                }
            }
        }

        return null;
    }

    /// <returns>The direction of the first pin with which the pins are nearest to their places, or null when none is free.</returns>
    private static int? NearestStart(MapPoint[] places, MapPoint[] ring, bool[] free, int step)
    {
        var (best, least) = ((int?)null, double.MaxValue);
        for (var start = 0; start < Directions; start++)
        {
            var sum = 0.0;
            for (var i = 0; i < places.Length && sum < least; i++)
            {
                var slot = (start + (i * step)) % Directions;
                sum = free[slot] ? sum + Math.Pow(ring[slot].DistanceTo(places[i]), 2) : double.MaxValue;
            }

            if (sum < least)
            {
                (best, least) = (start, sum);
            }
        }

        return best;
    }
}
