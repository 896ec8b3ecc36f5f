using System.Buffers;
using System.Buffers.Binary;
using System.Text;
using Lakehouse.Gateway.Staffing.Tables;
using Npgsql;

namespace Lakehouse.Gateway.Staffing.Loading;

/// <summary>Sends rows in the binary form of COPY (https://www.postgresql.org/docs/current/sql-copy.html, "Binary Format"), which costs no parsing on either side.</summary>
internal sealed class CopyWriter(NpgsqlRawCopyStream stream, IReadOnlyList<Column> columns) : IAsyncDisposable
{
    private const int Chunk = 1 << 16;
    private const int TextOid = 25;
    private static readonly byte[] Header = [.. "PGCOPY\n"u8, 0xFF, .. "\r\n"u8, 0, 0, 0, 0, 0, 0, 0, 0, 0];
    private static readonly int Epoch = new DateOnly(2000, 1, 1).DayNumber;
    private static readonly DateTime EpochTime = new(2000, 1, 1, 0, 0, 0, DateTimeKind.Utc);
    private readonly ArrayBufferWriter<byte> _waiting = new(2 * Chunk);
    private bool _completed;

    /// <param name="options">Of COPY, beside the format.</param>
    public static async Task<CopyWriter> BeginAsync(NpgsqlConnection connection, string into, DatasetTable table, string options, CancellationToken cancellationToken)
    {
        var stream = await connection.BeginRawBinaryCopyAsync($"copy {into} ({table.ColumnNames}) from stdin (format binary{options})", cancellationToken);
        var writer = new CopyWriter(stream, table.Columns);
        writer._waiting.Write(Header);
        return writer;
    }

    /// <summary>One value a column, each of its column's type.</summary>
    public ValueTask WriteAsync(object?[] row, CancellationToken cancellationToken)
    {
        Write(_waiting, columns, row);
        return _waiting.WrittenCount >= Chunk ? FlushAsync(cancellationToken) : ValueTask.CompletedTask;
    }

    public async Task CompleteAsync(CancellationToken cancellationToken)
    {
        Short(_waiting, -1);
        await FlushAsync(cancellationToken);
        _completed = true;
        await stream.DisposeAsync();
    }

    /// <summary>What was not completed is undone.</summary>
    public async ValueTask DisposeAsync()
    {
        if (!_completed)
        {
            await stream.CancelAsync();
        }
    }

    /// <summary>The bytes of one row.</summary>
    public static void Write(IBufferWriter<byte> to, IReadOnlyList<Column> columns, object?[] row)
    {
        Short(to, (short)columns.Count);
        for (var at = 0; at < columns.Count; at++)
        {
            Value(to, row[at]);
        }
    }

    private static void Value(IBufferWriter<byte> to, object? value)
    {
        switch (value)
        {
            case null:
                Int(to, -1);
                break;
            case string text:
                Text(to, text);
                break;
            case int number:
                Int(to, 4);
                Int(to, number);
                break;
            case double number:
                Int(to, 8);
                Long(to, BitConverter.DoubleToInt64Bits(number));
                break;
            case bool flag:
                Int(to, 1);
                to.Write([flag ? (byte)1 : (byte)0]);
                break;
            case DateOnly day:
                Int(to, 4);
                Int(to, day.DayNumber - Epoch);
                break;
            case DateTime time:
                Int(to, 8);
                Long(to, (time - EpochTime).Ticks / TimeSpan.TicksPerMicrosecond);
                break;
            case string[] list:
                List(to, list);
                break;
            default:
                throw new ArgumentException($"{value.GetType()} is in no column.", nameof(value));
        }
    }

    // as array_send writes it: dimensions, nulls, type, then length and lower bound, then each text
    private static void List(IBufferWriter<byte> to, string[] list)
    {
        Int(to, list.Length == 0 ? 12 : 20 + list.Sum(text => 4 + Encoding.UTF8.GetByteCount(text)));
        Int(to, list.Length == 0 ? 0 : 1);
        Int(to, 0);
        Int(to, TextOid);
        if (list.Length > 0)
        {
            Int(to, list.Length);
            Int(to, 1);
        }

        foreach (var text in list)
        {
            Text(to, text);
        }
    }

    private static void Text(IBufferWriter<byte> to, string text)
    {
        var bytes = Encoding.UTF8.GetByteCount(text);
        Int(to, bytes);
        to.Advance(Encoding.UTF8.GetBytes(text, to.GetSpan(bytes)));
    }

    private static void Short(IBufferWriter<byte> to, short value)
    {
        BinaryPrimitives.WriteInt16BigEndian(to.GetSpan(2), value);
        to.Advance(2);
    }

    private static void Int(IBufferWriter<byte> to, int value)
    {
        BinaryPrimitives.WriteInt32BigEndian(to.GetSpan(4), value);
        to.Advance(4);
    }

    private static void Long(IBufferWriter<byte> to, long value)
    {
        BinaryPrimitives.WriteInt64BigEndian(to.GetSpan(8), value);
        to.Advance(8);
    }

    private async ValueTask FlushAsync(CancellationToken cancellationToken)
    {
        await stream.WriteAsync(_waiting.WrittenMemory, cancellationToken);
        _waiting.ResetWrittenCount();
    }
}
