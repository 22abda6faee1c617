namespace PhysioSite.Faults;

/// <summary>Base class of a fault scenario for a running site.</summary>
internal abstract class Scenario
{
    public abstract string Name { get; }

    /// <summary>Whether the scenario is part of the short run.</summary>
    public virtual bool IsShort => true;

    /// <summary>Whether the scenario waits for a minute or more, so that it should begin first.</summary>
    public virtual bool IsLong => false;

    /// <summary>Whether the fault can prevent requests from being stored. The site may then respond with 503.</summary>
    public virtual bool MayRefuse => false;

    /// <summary>Whether emails end up permanently rejected.</summary>
    public virtual bool Parks => false;

    /// <summary>Why the scenario cannot run in this environment, or null.</summary>
    public virtual string? Missing(Trial trial) => null;

    /// <summary>Starts the site, injects the fault and ends it. The caller waits for outstanding deliveries.</summary>
    public abstract Task RunAsync(Trial trial, CancellationToken stop);

    /// <summary>Called after reconciliation, when the site has stopped. Also called after an interruption.</summary>
    public virtual void CleanUp(Trial trial)
    {
    }

    public static IReadOnlyList<Scenario> All(FaultOptions options) =>
    [
        new Scenarios.Kills(options),
        .. SmtpFault.All.Select(fault => new Scenarios.MailServerFault(fault)),
        new Scenarios.ClockJump(),
        new Scenarios.ClockYearsAhead(options.Short),
        new Scenarios.DiskFull(),
        new Scenarios.DiskFullAtStart(),
        new Scenarios.DatabaseLocked(),
        new Scenarios.RowsSpoiled(),
        new Scenarios.KeysMissing(),
        new Scenarios.DurableAnswers(),
        new Scenarios.BehindNginx(),
        .. Scenarios.SeveralInstances.Variants,
        new Scenarios.ContentBroken(),
        new Scenarios.SlowConnections(options.Short),
        new Scenarios.Termination(),
        new Scenarios.SelfTest(),
        new Scenarios.ClusterSelfTest(),
    ];
}
