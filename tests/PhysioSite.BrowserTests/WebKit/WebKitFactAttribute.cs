namespace PhysioSite.BrowserTests.WebKit;

/// <summary>A test that requires WebKitGTK. Without it the test is skipped, or fails if REQUIRE_WEBKIT is 1.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class WebKitFactAttribute : FactAttribute
{
    public WebKitFactAttribute()
    {
        Skip = WebKitBrowser.WhyNot;
    }
}
