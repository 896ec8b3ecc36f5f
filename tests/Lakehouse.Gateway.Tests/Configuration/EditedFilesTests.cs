using CsCheck;
using Lakehouse.Gateway.Configuration;
using Microsoft.Extensions.Configuration;

namespace Lakehouse.Gateway.Tests.Configuration;

public sealed class EditedFilesTests
{
    private static readonly string[] Odd =
    [
        "", "[", "]", "[[", "[[rule]]", "[rule]", "[limits]", "[[ollama.models]]", "[ollama]", "[ollama.models]", "= 3", "name", "name =", "name = \"x", "name = 'x'", "name = 1e400", "name = 99999999999999999999",
        "chain = [", "chain = [[\"a/b\"]]", "chain = {a = 1}", "models = []", "a.b.c = 1", "\"\" = 1", "\"\\u0000\" = 1", "as_of = 2026-02-30", "as_of = 07:32:00", "paid = inf", "kind = \"\"\"", "x = { y = { z = [1, {}] } }", "\0", "\uFEFF", "\t\tname = true", "]]", "\"a.b[0]\" = 1",
    ];

    private static readonly string[] Providers = TwoFiles.Shipped("providers.toml").Split('\n');
    private static readonly string[] Routing = TwoFiles.Shipped("routing.toml").Split('\n');

    [Fact]
    public void No_edit_of_the_shipped_files_fails_with_anything_but_a_list_of_faults()
    {
        var refused = 0;
        Gen.Select(Edits(Providers), Edits(Routing)).Sample((providers, routing) =>
        {
            var files = new ConfigFiles("providers.toml", "routing.toml", new ConfigurationBuilder().Build());
            try
            {
                files.Parse(new(new("providers.toml", providers, null), new("routing.toml", routing, null)), TwoFiles.Now);
            }
            catch (ConfigException wrong)
            {
                Interlocked.Increment(ref refused);
                Assert.NotEmpty(wrong.Faults);
                Assert.All(wrong.Faults, fault => Assert.Matches(@"^(providers|routing)\.toml(\(\d+\))?: .+; accepted is .+\.$", fault));
            }
        }, iter: 1500);
        Assert.InRange(refused, 500, 1499);
    }

    private static Gen<string> Edits(string[] lines) =>
        Gen.Select(Gen.Int[0, 4], Gen.Int[0, lines.Length - 1], Gen.Int[0, Odd.Length - 1], Gen.Int[0, lines.Length - 1]).Array[0, 2].Select(edits =>
        {
            var edited = lines.ToList();
            foreach (var (kind, at, odd, other) in edits)
            {
                var line = Math.Min(at, edited.Count - 1);
                switch (kind)
                {
                    case 0:
                        edited.RemoveAt(line);
                        break;
                    case 1:
                        edited.Insert(line, edited[line]);
                        break;
                    case 2:
                        edited[line] = Odd[odd];
                        break;
                    case 3:
                        edited[line] = lines[other];
                        break;
                    default:
                        edited[line] = edited[line][..(edited[line].Length / 2)];
                        break;
                }
            }

            return string.Join('\n', edited);
        });
}
