using PhysioSite.Tests.Email.Transports;
using PhysioSite.Tests.Features.Staff;
using PhysioSite.Tests.HostileInput;
using PhysioSite.Tests.Web;
using Xunit.Abstractions;

[assembly: TestCollectionOrderer("PhysioSite.Tests.LongestFirst", "PhysioSite.Tests")]

namespace PhysioSite.Tests;

/// <summary>
/// Starts the slowest test classes first. A class runs on one thread, so a slow class that starts last runs alone at the end.
/// </summary>
public sealed class LongestFirst : ITestCollectionOrderer
{
    private static readonly Type[] Longest =
    [
        typeof(HostileFormTests),
        typeof(RealServerTests),
        typeof(SmtpFaultTests),
        typeof(HostileDeskTests),
        typeof(HostileAddressTests),
        typeof(StaffAccessTests),
    ];

    public IEnumerable<ITestCollection> OrderTestCollections(IEnumerable<ITestCollection> testCollections) =>
        testCollections.OrderByDescending(collection =>
            Array.Exists(Longest, type => collection.DisplayName.Contains(type.FullName!, StringComparison.Ordinal)));
}
