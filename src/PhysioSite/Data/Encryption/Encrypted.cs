namespace PhysioSite.Data.Encryption;

/// <summary>The value of a column that is stored encrypted.</summary>
public abstract class EncryptedValue
{
    private string? _storedText;

    private protected EncryptedValue(string? storedText)
    {
        _storedText = storedText;
    }

    /// <summary>What the column holds, readable or not.</summary>
    internal string StoredText => _storedText ?? throw new InvalidOperationException("The value is encrypted when SiteDbContext saves it, and was not saved yet.");

    /// <summary>False when the column holds what cannot be decrypted: it is damaged, or its key is missing.</summary>
    public abstract bool IsReadable { get; }

    private protected ColumnEncryption? Encryption { get; private set; }

    private protected EncryptedCell Cell { get; private set; }

    /// <summary>Makes a loaded value readable.</summary>
    internal void Attach(ColumnEncryption encryption, EncryptedCell cell) => (Encryption, Cell) = (encryption, cell);

    internal void EnsureEncrypted(ColumnEncryption encryption) => _storedText ??= Encrypt(encryption);

    private protected abstract string Encrypt(ColumnEncryption encryption);
}

/// <summary>
/// An encrypted value of one row. Loading a row does not decrypt it: that happens when <see cref="Value"/> is read for the first time, so
/// a row whose value is damaged can be listed, changed and erased like any other. A value that was not replaced is never written back.
/// </summary>
public sealed class Encrypted<T> : EncryptedValue
    where T : class
{
    private bool _known;
    private T? _value;

    public Encrypted(T value)
        : base(null)
    {
        (_known, _value) = (true, value);
    }

    private Encrypted(string storedText, bool known)
        : base(storedText)
    {
        _known = known;
    }

    /// <summary>Null when it cannot be read. Whoever shows it says so; whoever works through a list goes on with the next.</summary>
    public T? Value
    {
        get
        {
            if (!_known)
            {
                var encryption = Encryption ?? throw new InvalidOperationException("A value that was selected without its row needs ReadWith before it is read.");
                (_known, _value) = (true, encryption.Decrypt<T>(StoredText, Cell));
            }

            return _value;
        }
    }

    public override bool IsReadable => Value is not null;

    /// <summary>For a value that a query selected without its row. A row that is loaded has it done by <see cref="EncryptedValueInterceptor"/>.</summary>
    /// <param name="cell">Where it was selected from.</param>
    public Encrypted<T> ReadWith(ColumnEncryption encryption, EncryptedCell cell)
    {
        Attach(encryption, cell);
        return this;
    }

    internal static Encrypted<T> FromStored(string text) => new(text, known: false);

    private protected override string Encrypt(ColumnEncryption encryption) => encryption.Encrypt(_value!);
}

/// <summary>Which value of the database it is, for logs and health: it says nothing about a person.</summary>
public readonly record struct EncryptedCell(string Table, string Column, Guid Id);
