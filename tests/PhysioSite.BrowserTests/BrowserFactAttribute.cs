using Xunit.Sdk;

namespace PhysioSite.BrowserTests;

/// <summary>
/// A test that requires Chromium. Without Chromium the test is skipped, or fails if REQUIRE_BROWSER is 1. A failed test leaves a trace and
/// screenshots in <see cref="Recording.PageRecorder.Folder"/>.
/// </summary>
[AttributeUsage(AttributeTargets.Method)]
[XunitTestCaseDiscoverer("PhysioSite.BrowserTests.Recording.BrowserFactDiscoverer", "PhysioSite.BrowserTests")]
public sealed class BrowserFactAttribute : FactAttribute
{
    public BrowserFactAttribute()
    {
        Skip = Chromium.WhyNot;
    }
}

/// <inheritdoc cref="BrowserFactAttribute"/>
[AttributeUsage(AttributeTargets.Method)]
[XunitTestCaseDiscoverer("PhysioSite.BrowserTests.Recording.BrowserTheoryDiscoverer", "PhysioSite.BrowserTests")]
public sealed class BrowserTheoryAttribute : TheoryAttribute
{
    public BrowserTheoryAttribute()
    {
        Skip = Chromium.WhyNot;
    }
}
