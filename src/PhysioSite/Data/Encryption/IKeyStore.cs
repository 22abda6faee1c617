namespace PhysioSite.Data.Encryption;

/// <summary>The place of the data-protection keys, as operators see it.</summary>
public interface IKeyStore
{
    /// <summary>For messages, after "the keys in".</summary>
    public string Location { get; }

    /// <summary>How to get keys back that are lost: one or more sentences.</summary>
    public string Remedy { get; }

    /// <summary>How to keep a copy of the keys, for the commands: a sentence without its end.</summary>
    public string Advice { get; }

    public int Count();

    /// <summary>What should be replaced soon although it still works. Null when nothing should.</summary>
    public string? FindWarning(DateTimeOffset now);

    /// <summary>The name of a key in messages.</summary>
    public string NameOf(Guid key);

    /// <summary>Why a key cannot be used. Null when it can.</summary>
    public string? FindProblem(Guid key);

    /// <summary>The keys that cannot be used, each with the reason.</summary>
    public IReadOnlyList<string> FindProblems();

    /// <summary>
    /// The keys that this process uses and that have since been deleted or changed. What it encrypts cannot be read after a restart.
    /// </summary>
    public IReadOnlyList<string> FindLost();
}
