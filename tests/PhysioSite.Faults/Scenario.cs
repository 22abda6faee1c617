namespace PhysioSite.Faults;

/// <summary>One way to break a running site.</summary>
internal abstract class Scenario
{
    public abstract string Name { get; }

    /// <summary>Part of the short run.</summary>
    public virtual bool IsShort => true;

    /// <summary>The fault keeps requests from being stored: patients may be told so with a 503.</summary>
    public virtual bool MayRefuse => false;

    /// <summary>A mail may have left without the site having learned or noted it: it may come twice, as the same mail.</summary>
    public virtual bool MayDouble => false;

    /// <summary>Mails end up refused for good.</summary>
    public virtual bool Parks => false;

    /// <summary>Why it cannot be run here, or null.</summary>
    public virtual string? Missing(Trial trial) => null;

    /// <summary>Starts the site, breaks it, ends the fault. What has to arrive then is waited for by the caller.</summary>
    public abstract Task RunAsync(Trial trial, CancellationToken stop);

    /// <summary>Called when the books have been compared and the site has ended, also after an interruption.</summary>
    public virtual void CleanUp(Trial trial)
    {
    }

    public static IReadOnlyList<Scenario> All(FaultOptions options) =>
    [
        new Scenarios.Kills(options),
        .. SmtpFault.All.Select(fault => new Scenarios.MailServerFault(fault)),
        new Scenarios.ClockJump(),
        new Scenarios.DiskFull(),
        new Scenarios.DatabaseLocked(),
        new Scenarios.ContentBroken(),
        new Scenarios.SlowConnections(options.Short),
        new Scenarios.Termination(),
    ];
}
