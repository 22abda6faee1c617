using System.Buffers;
using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace PhysioSite.Data.Move;

/// <summary>
/// The number of rows of a table, and a checksum of their values. It is the sum of the hashes of the rows, so it depends neither on the
/// order in which they are read nor on how a database stores them, and needs no memory for them.
/// </summary>
internal sealed class TableChecksum
{
    private readonly ArrayBufferWriter<byte> _row = new();
    private UInt128 _sum;

    public long Rows { get; private set; }

    /// <summary>The checksum in hexadecimal.</summary>
    public string Sum => _sum.ToString("x32", CultureInfo.InvariantCulture);

    public void Add(IEnumerable<object?> row)
    {
        _row.ResetWrittenCount();
        foreach (var value in row)
        {
            Write(value);
        }

        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(_row.WrittenSpan, hash);
        _sum = unchecked(_sum + BinaryPrimitives.ReadUInt128BigEndian(hash));
        Rows++;
    }

    /// <summary>Each value begins with its kind and its length, so that no two rows have the same bytes.</summary>
    private void Write(object? value)
    {
        switch (value)
        {
            case null:
                Write(0, []);
                break;
            case string text:
                Write(1, Encoding.UTF8.GetBytes(text));
                break;
            case byte[] bytes:
                Write(2, bytes);
                break;
            case Guid id:
                Write(3, id.ToByteArray());
                break;
            case bool or byte or short or int or long:
                Write(4, Convert.ToInt64(value, CultureInfo.InvariantCulture));
                break;
            case float or double:
                Write(5, BitConverter.DoubleToInt64Bits(Convert.ToDouble(value, CultureInfo.InvariantCulture)));
                break;
            case DateTime time:
                Write(6, time.Ticks);
                break;
            case DateTimeOffset time:
                Write(7, time.UtcTicks);
                break;
            case DateOnly day:
                Write(8, day.DayNumber);
                break;
            case TimeOnly time:
                Write(9, time.Ticks);
                break;
            case TimeSpan length:
                Write(10, length.Ticks);
                break;
            case decimal number:
                // Without the zeros at its end, which a database may keep or not.
                Write(11, Encoding.UTF8.GetBytes(number.ToString("G29", CultureInfo.InvariantCulture)));
                break;
            default:
                throw new NotSupportedException($"Values of {value.GetType()} have no checksum.");
        }
    }

    private void Write(byte kind, long value)
    {
        Span<byte> bytes = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64BigEndian(bytes, value);
        Write(kind, bytes);
    }

    private void Write(byte kind, ReadOnlySpan<byte> bytes)
    {
        _row.Write([kind]);
        BinaryPrimitives.WriteInt32BigEndian(_row.GetSpan(sizeof(int)), bytes.Length);
        _row.Advance(sizeof(int));
        _row.Write(bytes);
    }
}
