using Microsoft.EntityFrameworkCore.Storage.ValueConversion;

namespace PhysioSite.Data.Encryption;

/// <summary>
/// Stores the encrypted text as it is. It needs no keys, so that the model of the database is the same for every site.
/// </summary>
internal sealed class EncryptedConverter<T>()
    : ValueConverter<Encrypted<T>, string>(value => value.StoredText, text => Encrypted<T>.FromStored(text))
    where T : class;
