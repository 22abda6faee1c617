namespace PhysioSite.Tests.Data;

/// <summary>A test of files of several users, which only root can create. Otherwise it is skipped.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class RootFactAttribute : FactAttribute
{
    public RootFactAttribute()
    {
        Skip = OperatingSystem.IsLinux() && Environment.IsPrivilegedProcess ? null : "Only root of Linux can give files to another user.";
    }
}
