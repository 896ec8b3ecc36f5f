using System.Buffers;
using System.Security.Cryptography;
using Lakehouse.Gateway.Staffing.Generation;
using Lakehouse.Gateway.Staffing.Loading;
using Lakehouse.Gateway.Staffing.Tables;

namespace Lakehouse.Gateway.Tests.Staffing;

public sealed class GenerationTests
{
    // what a load of seed 7 and 200 workers sends, byte for byte: it may change only on purpose
    private const string Golden = "03bd615cf52e5414";

    [Fact]
    public void Same_seed_and_size_make_the_same_bytes()
    {
        Assert.Equal(Golden, Hash(new(200, 7)));
        Assert.NotEqual(Hash(new(200, 7)), Hash(new(200, 8)));
        Assert.NotEqual(Hash(new(200, 7)), Hash(new(201, 7)));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(100)]
    [InlineData(20_000)]
    public void Toledo_has_welders_and_Gary_and_Flint_lack_theirs(int workers)
    {
        foreach (var seed in new[] { 7L, 8L, -1L })
        {
            var supply = Rows("workers", new(workers, seed)).Select(row => (Role: (string)row[2]!, City: (string)row[3]!, Free: (string)row[5]! == "available" && (string)row[6]! == "active")).ToList();
            Assert.Contains(("Welder", "Toledo", true), supply);
            Assert.DoesNotContain(supply, one => one is { Role: "Electrician", City: "Gary" } or { Role: "Welder", City: "Flint" });
            var candidates = Rows("candidates", new(workers, seed)).Select(row => (Role: (string)row[2]!, City: (string)row[3]!));
            Assert.DoesNotContain(candidates, one => one is { Role: "Electrician", City: "Gary" } or { Role: "Welder", City: "Flint" });
        }
    }

    [Fact]
    public void Every_reference_leads_to_a_row()
    {
        var shape = new DatasetShape(1_000, 7);
        var ids = StaffingTables.All.ToDictionary(table => table.Key, table => Rows(table.Name, shape).Select(row => (string)row[0]!).ToHashSet(StringComparer.Ordinal), StringComparer.Ordinal);
        foreach (var table in StaffingTables.All)
        {
            Assert.Equal(table.Rows(shape), ids[table.Key].Count);
            foreach (var (column, at) in table.Columns.Select((column, at) => (column, at)).Skip(1).Where(one => ids.ContainsKey(one.column.Name)))
            {
                Assert.All(Rows(table.Name, shape).Select(row => (string?)row[at]).OfType<string>(), id => Assert.Contains(id, ids[column.Name]));
            }
        }
    }

    [Fact]
    public void Every_value_is_of_its_columns_type_and_survives_as_text()
    {
        foreach (var table in StaffingTables.All)
        {
            foreach (var row in Rows(table.Name, new(50, 7)))
            {
                foreach (var (column, value) in table.Columns.Zip(row))
                {
                    Assert.True(value is not null || column.Nullable, $"{table.Name}.{column.Name}");
                    Assert.Equal(value, value is null ? null : column.Type.Parse(ColumnTypes.Format(value)));
                }
            }
        }
    }

    private static string Hash(DatasetShape shape)
    {
        var bytes = new ArrayBufferWriter<byte>();
        foreach (var table in StaffingTables.All)
        {
            foreach (var row in Rows(table.Name, shape))
            {
                CopyWriter.Write(bytes, table.Columns, row);
            }
        }

        return Convert.ToHexStringLower(SHA256.HashData(bytes.WrittenSpan))[..16];
    }

    private static IEnumerable<object?[]> Rows(string name, DatasetShape shape)
    {
        var table = StaffingTables.ByName[name];
        for (var number = 1; number <= table.Rows(shape); number++)
        {
            var row = new object?[table.Columns.Count];
            table.Make(shape, number, row);
            yield return row;
        }
    }
}
