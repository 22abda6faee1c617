namespace PhysioSite.Data;

/// <summary>The site cannot start, for a reason an operator can mend. The message says what to do and is shown without a stack trace.</summary>
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
