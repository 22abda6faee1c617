namespace PhysioSite.Data.Encryption;

/// <summary>The value of an encrypted column.</summary>
public abstract class EncryptedValue
{
    private string? _storedText;

    private protected EncryptedValue(string? storedText)
    {
        _storedText = storedText;
    }

    /// <summary>The stored text of the column, whether or not it can be decrypted.</summary>
    internal string StoredText => _storedText
        ?? throw new InvalidOperationException("The value is encrypted when SiteDbContext saves it, and was not saved yet.");

    /// <summary>False when the stored text cannot be decrypted because it is damaged or its key is missing.</summary>
    public abstract bool IsReadable { get; }

    private protected ColumnEncryption? Encryption { get; private set; }

    private protected EncryptedCell Cell { get; private set; }

    /// <summary>Provides a loaded value with what it needs to be decrypted.</summary>
    internal void Attach(ColumnEncryption encryption, EncryptedCell cell) => (Encryption, Cell) = (encryption, cell);

    internal void EnsureEncrypted(ColumnEncryption encryption) => _storedText ??= Encrypt(encryption);

    private protected abstract string Encrypt(ColumnEncryption encryption);
}

/// <summary>
/// An encrypted value of one row. Loading a row does not decrypt it; the first read of <see cref="Value"/> does. A row with a damaged value
/// can therefore be listed, changed and erased like any other row. A value that was not replaced is never written back.
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

    /// <summary>
    /// Null when the value cannot be read. A caller that displays the value must report this; a caller that processes a list continues with
    /// the next row.
    /// </summary>
    public T? Value
    {
        get
        {
            if (!_known)
            {
                var encryption = Encryption
                    ?? throw new InvalidOperationException("A value that was selected without its row needs ReadWith before it is read.");
                (_known, _value) = (true, encryption.Decrypt<T>(StoredText, Cell));
            }

            return _value;
        }
    }

    public override bool IsReadable => Value is not null;

    /// <summary>
    /// For a value that a query selects without its row. For loaded rows, <see cref="EncryptedValueInterceptor"/> does this.
    /// </summary>
    /// <param name="cell">The location the value was selected from.</param>
    public Encrypted<T> ReadWith(ColumnEncryption encryption, EncryptedCell cell)
    {
        Attach(encryption, cell);
        return this;
    }

    internal static Encrypted<T> FromStored(string text) => new(text, known: false);

    private protected override string Encrypt(ColumnEncryption encryption) => encryption.Encrypt(_value!);
}

/// <summary>Identifies an encrypted value in the database for logs and health checks. It contains no personal data.</summary>
public readonly record struct EncryptedCell(string Table, string Column, Guid Id);
