namespace PhysioSite.BrowserTests;

/// <summary>A test that requires Chromium. Without Chromium the test is skipped, or fails if REQUIRE_BROWSER is 1.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class BrowserFactAttribute : FactAttribute
{
    public BrowserFactAttribute()
    {
        Skip = Chromium.WhyNot;
    }
}

/// <inheritdoc cref="BrowserFactAttribute"/>
[AttributeUsage(AttributeTargets.Method)]
public sealed class BrowserTheoryAttribute : TheoryAttribute
{
    public BrowserTheoryAttribute()
    {
        Skip = Chromium.WhyNot;
    }
}
