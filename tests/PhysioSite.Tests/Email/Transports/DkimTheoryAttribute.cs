namespace PhysioSite.Tests.Email.Transports;

/// <summary>A test that requires dkimpy. Without dkimpy, the test is skipped, or fails if REQUIRE_DKIM_VERIFIER is 1.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class DkimTheoryAttribute : TheoryAttribute
{
    public DkimTheoryAttribute()
    {
        Skip = DkimVerifier.WhyNot;
    }
}
