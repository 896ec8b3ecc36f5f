using System.Text.Json.Nodes;
using Lakehouse.AppHost.Engines;
using Lakehouse.AppHost.House;
using Lakehouse.Testing;

namespace Lakehouse.AppHost.Tests.House;

public sealed class HouseKeysTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string KeysFile => _folder.In("keys.json");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Keys_are_made_once_and_differ()
    {
        var made = HouseKeys.ReadOrMake(KeysFile);
        var read = HouseKeys.ReadOrMake(KeysFile);

        Assert.Equal(made, read);
        Assert.Equal(4, new[] { made.Bot, made.Observer, made.Stores, made.Operator }.Distinct(StringComparer.Ordinal).Count());
        Assert.Matches("^lh_[0-9a-f]{48}$", made.Operator);
        AssertPrivate();
    }

    [Fact]
    public void File_of_an_older_version_gains_the_operators_key_and_keeps_the_others()
    {
        File.WriteAllText(KeysFile, """{"bot":"b","observer":"o","stores":"s"}""");

        var read = HouseKeys.ReadOrMake(KeysFile);

        Assert.Equal(("b", "o", "s"), (read.Bot, read.Observer, read.Stores));
        Assert.Equal(read.Operator, JsonNode.Parse(File.ReadAllText(KeysFile))!["operator"]!.ToString());
        Assert.Equal(read, HouseKeys.ReadOrMake(KeysFile));
        AssertPrivate();
    }

    [Fact]
    public void File_without_one_of_the_first_keys_is_refused_and_left_alone()
    {
        const string broken = """{"bot":"b","stores":"s","operator":"p"}""";
        File.WriteAllText(KeysFile, broken);

        var problem = Assert.Throws<EngineException>(() => HouseKeys.ReadOrMake(KeysFile));

        Assert.Contains(KeysFile, problem.Message, StringComparison.Ordinal);
        Assert.Equal(broken, File.ReadAllText(KeysFile));
    }

    private void AssertPrivate()
    {
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(KeysFile));
        }
    }
}
