using System.Data.Common;
using Microsoft.EntityFrameworkCore.Metadata;
using Microsoft.EntityFrameworkCore.Storage;

namespace PhysioSite.Data.Move;

/// <summary>A column as both databases have it. Its values are copied as they are stored, encrypted ones included.</summary>
internal sealed class MovedColumn
{
    /// <summary>PostgreSQL stores times in microseconds.</summary>
    private const long TicksOfAMicrosecond = TimeSpan.TicksPerMicrosecond;

    private readonly ValueReader _reader;
    private readonly DateTimeKind _kind;

    /// <exception cref="InvalidOperationException">The two databases have different types for the column.</exception>
    public MovedColumn(IColumn from, IColumn to)
    {
        if (from.ProviderClrType != to.ProviderClrType)
        {
            throw new InvalidOperationException(
                $"{from.Table.Name}.{from.Name} is {from.ProviderClrType} in one database and {to.ProviderClrType} in the other.");
        }

        Name = to.Name;
        StoreType = ((RelationalTypeMapping)to.PropertyMappings[0].TypeMapping).StoreTypeNameBase;
        var type = Nullable.GetUnderlyingType(to.ProviderClrType) ?? to.ProviderClrType;
        _reader = (ValueReader)Activator.CreateInstance(typeof(ValueReader<>).MakeGenericType(type))!;
        _kind = StoreType == "timestamp with time zone" ? DateTimeKind.Utc : DateTimeKind.Unspecified;
    }

    public string Name { get; }

    /// <summary>The type in PostgreSQL, without a length.</summary>
    public string StoreType { get; }

    /// <returns>The value as PostgreSQL stores it.</returns>
    public object? Read(DbDataReader row, int ordinal) => row.IsDBNull(ordinal) ? null : _reader.Read(row, ordinal) switch
    {
        DateTime time when time == DateTime.MaxValue => DateTime.SpecifyKind(time, _kind),
        DateTime time => new DateTime(time.Ticks - (time.Ticks % TicksOfAMicrosecond), _kind),
        DateTimeOffset time => new DateTimeOffset(time.UtcTicks - (time.UtcTicks % TicksOfAMicrosecond), TimeSpan.Zero),
        TimeOnly time => new TimeOnly(time.Ticks - (time.Ticks % TicksOfAMicrosecond)),
        TimeSpan length => new TimeSpan(length.Ticks - (length.Ticks % TicksOfAMicrosecond)),
        var value => value,
    };

    private abstract class ValueReader
    {
        public abstract object? Read(DbDataReader row, int ordinal);
    }

    private sealed class ValueReader<T> : ValueReader
    {
        public override object? Read(DbDataReader row, int ordinal) => row.GetFieldValue<T>(ordinal);
    }
}
