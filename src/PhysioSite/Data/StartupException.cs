namespace PhysioSite.Data;

/// <summary>
/// The site cannot start because of a problem that an operator can correct. The message contains the instructions and is shown without a
/// stack trace.
/// </summary>
public class StartupException : Exception
{
    public StartupException(string message)
        : base(message)
    {
    }

    public StartupException(string message, Exception inner)
        : base(message, inner)
    {
    }
}
