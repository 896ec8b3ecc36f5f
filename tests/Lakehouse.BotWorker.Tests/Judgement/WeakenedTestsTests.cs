using Lakehouse.BotWorker.Cycles;
using Lakehouse.BotWorker.Judgement;
using Lakehouse.Testing;

namespace Lakehouse.BotWorker.Tests.Judgement;

public sealed class WeakenedTestsTests : IDisposable
{
    private const string CSharp = "public sealed class CartTests\n{\n    [Fact]\n    public void Adds()\n    {\n        Assert.Equal(3, Cart.Add(1, 2));\n        Assert.Equal(0, Cart.Add(0, 0));\n    }\n\n    [Theory]\n    [InlineData(1)]\n    [InlineData(2)]\n    public void Takes(int n) => Assert.True(Cart.Takes(n));\n}\n";
    private const string JavaScript = "const assert = require('assert');\ndescribe('cart', () => {\n  it('adds', () => {\n    assert.equal(add(1, 2), 3);\n    expect(add(0, 0)).toBe(0);\n  });\n  it('takes', async () => { await takes(); assert.ok(true); });\n});\n";
    private const string Python = "def test_adds():\n    assert add(1, 2) == 3\n    assert add(0, 0) == 0\n\n\nclass TestCart:\n    def test_takes(self):\n        self.assertTrue(takes(1))\n";
    private const string Go = "func TestAdds(t *testing.T) {\n\tif add(1, 2) != 3 {\n\t\tt.Fatal(\"wrong\")\n\t}\n\tif add(0, 0) != 0 {\n\t\tt.Error(\"wrong\")\n\t}\n}\n\nfunc TestTakes(t *testing.T) {\n\trequire.True(t, takes(1))\n}\n";
    private const string Shell = "test_adds() {\n  assert_equal \"$(add 1 2)\" 3\n  [ \"$(add 0 0)\" = 0 ] || exit 1\n}\n\ntest_takes() {\n  assert_equal \"$(takes 1)\" yes\n}\n";

    private static readonly Dictionary<string, string> Files = new(StringComparer.Ordinal)
    {
        ["tests/CartTests.cs"] = CSharp, ["test/cart.test.ts"] = JavaScript, ["tests/test_cart.py"] = Python, ["cart_test.go"] = Go, ["tests/cart.sh"] = Shell,
        ["package.json"] = """{"name": "x", "version": "1.0.0", "scripts": {"test": "jest", "build": "tsc"}}""",
        ["Makefile"] = "build:\n\tcc x.c\ntest: build\n\tsh tests/cart.sh\n",
        ["src/cart.x"] = "code\n", ["jest.config.js"] = "module.exports = {};\n",
        ["tests/PlainTests.cs"] = "internal static class PlainTests\n{\n    public static void Adds() => Check.Equal(3, 3);\n}\n",
    };

    private readonly TemporaryFolder _folder = new();

    public WeakenedTestsTests()
    {
        foreach (var (path, text) in Files)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(_folder.In(path))!);
            File.WriteAllText(_folder.In(path), text);
        }
    }

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("tests/CartTests.cs", "    [Fact]\n    public void Adds()\n    {\n        Assert.Equal(3, Cart.Add(1, 2));\n        Assert.Equal(0, Cart.Add(0, 0));\n    }\n", "", "TestDeleted 'Adds'")]
    [InlineData("tests/CartTests.cs", "    [Fact]\n", "", "TestDeleted 'Adds'")]
    [InlineData("tests/CartTests.cs", "[Fact]", "[Fact(Skip = \"later\")]", "TestDisabled Skip")]
    [InlineData("tests/CartTests.cs", "        Assert.Equal(0, Cart.Add(0, 0));\n", "", "AssertsRemoved 'Adds' had 2 checks and has 1")]
    [InlineData("tests/CartTests.cs", "    [InlineData(2)]\n", "", "AssertsRemoved 'Takes'")]
    [InlineData("tests/CartTests.cs", "public void Adds()", "public void Sums()", "TestDeleted 'Adds' is gone or renamed")]
    [InlineData("tests/CartTests.cs", "        Assert.Equal(3, Cart.Add(1, 2));\n", "        // Assert.Equal(3, Cart.Add(1, 2));\n", "AssertsRemoved 'Adds'")]
    [InlineData("tests/PlainTests.cs", "public static void Adds", "internal static void Adds", "TestDeleted 'Adds'")]
    [InlineData("test/cart.test.ts", "  it('takes'", "  it.skip('takes'", "TestDisabled it.skip('takes'")]
    [InlineData("test/cart.test.ts", "  it('takes'", "  it.only('takes'", "TestDisabled it.only('takes'")]
    [InlineData("test/cart.test.ts", "  it('takes', async () => { await takes(); assert.ok(true); });\n", "", "TestDeleted 'takes'")]
    [InlineData("test/cart.test.ts", "    expect(add(0, 0)).toBe(0);\n", "", "AssertsRemoved 'adds'")]
    [InlineData("tests/test_cart.py", "def test_adds", "@pytest.mark.skip\ndef test_adds", "TestDisabled @pytest.mark.skip")]
    [InlineData("tests/test_cart.py", "    def test_takes", "    def takes", "TestDeleted 'test_takes'")]
    [InlineData("tests/test_cart.py", "    assert add(0, 0) == 0\n", "    add(0, 0)\n", "AssertsRemoved 'test_adds'")]
    [InlineData("cart_test.go", "func TestTakes(t *testing.T) {\n", "func TestTakes(t *testing.T) {\n\tt.Skip(\"later\")\n", "TestDisabled t.Skip")]
    [InlineData("cart_test.go", "\t\tt.Error(\"wrong\")\n", "", "AssertsRemoved 'TestAdds'")]
    [InlineData("cart_test.go", "func TestTakes", "func testTakes", "TestDeleted 'TestTakes'")]
    [InlineData("tests/cart.sh", "  assert_equal \"$(takes 1)\" yes\n", "  true\n", "AssertsRemoved 'test_takes'")]
    [InlineData("tests/cart.sh", "\" yes\n", "\" yes || true\n", "TestDisabled || true")]
    [InlineData("package.json", "\"jest\"", "\"true\"", "TestSetup scripts that run the tests")]
    [InlineData("Makefile", "\tsh tests/cart.sh", "\t-sh tests/cart.sh", "TestSetup rules that run the tests")]
    [InlineData("jest.config.js", "{}", "{ testPathIgnorePatterns: ['cart'] }", "TestSetup says how tests are run")]
    public void What_makes_tests_prove_less_is_flagged(string path, string old, string with, string evidence)
    {
        var found = Find((path, Files[path].Replace(old, with, StringComparison.Ordinal)));

        Assert.Contains(found, weakened => weakened.Path == path && evidence.Split(' ', 2) is [var kind, var what] && weakened.Kind.ToString() == kind && weakened.What.Contains(what, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("tests/CartTests.cs", "    [Theory]", "    [Fact]\n    public void Is_empty() => Assert.Empty(new Cart());\n\n    [Theory]")]
    [InlineData("tests/CartTests.cs", "(n));\n}\n", "(n));\n\n    [Fact]\n    public void Last()\n    {\n        Assert.Empty(\"}\");\n    }\n\n    private static int Help() => 3;\n}\n")]
    [InlineData("test/cart.test.ts", "  it('takes'", "  // more\n  it('is empty', () => { assert.ok(cart.empty); });\n  it('takes'")]
    [InlineData("test/cart.test.ts", "describe('cart', () => {\n", "const add = require('../src/add');\ndescribe('cart', () => {\n  beforeEach(() => reset());\n")]
    [InlineData("tests/test_cart.py", "\n\nclass TestCart", "\n\ndef test_empty():\n    assert not cart()\n\n\nclass TestCart")]
    [InlineData("cart_test.go", "func TestTakes", "func TestEmpty(t *testing.T) {\n\tif len(cart()) != 0 {\n\t\tt.Fatal(\"full\")\n\t}\n}\n\nfunc TestTakes")]
    [InlineData("tests/cart.sh", "test_takes() {", "test_empty() {\n  assert_equal \"$(cart)\" \"\"\n}\n\ntest_takes() {")]
    [InlineData("package.json", "\"1.0.0\"", "\"1.1.0\"")]
    [InlineData("Makefile", "\tcc x.c", "\tcc -O2 x.c")]
    public void New_tests_and_changes_beside_them_are_not(string path, string old, string with)
    {
        Assert.Empty(Find((path, Files[path].Replace(old, with, StringComparison.Ordinal)), ("src/cart.x", "more code\n")));
    }

    [Fact]
    public void Test_that_is_changed_together_with_code_is_flagged_and_one_that_moves_is_not()
    {
        var changed = CSharp.Replace("Equal(3, Cart", "Equal(4, Cart", StringComparison.Ordinal);

        Assert.Empty(Find(("tests/CartTests.cs", changed)));
        Assert.Equal(
            new WeakenedTest(Weakening.TestAndCode, "tests/CartTests.cs", "existing test 'Adds' was changed together with src/cart.x"),
            Assert.Single(Find(("tests/CartTests.cs", changed), ("src/cart.x", "more code\n"))));
        Assert.Empty(Find(("tests/CartTests.cs", CSharp.Replace("[Fact]\n    public void Adds()\n    {\n        Assert.Equal(3, Cart.Add(1, 2));\n        Assert.Equal(0, Cart.Add(0, 0));\n    }\n", "", StringComparison.Ordinal)), ("tests/AddTests.cs", CSharp)));
    }

    [Theory]
    [InlineData("tests/New.Tests/NewTests.cs", "[Fact(Skip = \"x\")]\npublic void A() { }\n", 1)]
    [InlineData("tests/New.Tests/NewTests.cs", "[Fact]\npublic void A() { }\n", 0)]
    [InlineData("docs/notes.md", "it.skip('x')\n", 0)]
    public void New_file_is_flagged_only_where_it_brings_tests_that_do_not_run(string path, string content, int count)
    {
        Assert.Equal(count, Find((path, content)).Count);
    }

    private IReadOnlyList<WeakenedTest> Find(params (string Path, string Content)[] files) =>
        WeakenedTests.Find(new Proposal("x", [.. files.Select(file => new ProposedFile(file.Path, file.Content, !Files.ContainsKey(file.Path)))]), _folder.Path);
}
