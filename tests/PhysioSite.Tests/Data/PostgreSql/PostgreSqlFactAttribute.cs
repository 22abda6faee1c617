namespace PhysioSite.Tests.Data.PostgreSql;

/// <summary>A test that requires PostgreSQL. Without PostgreSQL, the test is skipped, or fails if REQUIRE_POSTGRES is 1.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class PostgreSqlFactAttribute : FactAttribute
{
    public PostgreSqlFactAttribute()
    {
        Skip = PostgreSqlServer.WhyNot;
    }
}
