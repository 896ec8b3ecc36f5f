using Lakehouse.Gateway.Configuration;
using Lakehouse.Gateway.Knowledge.Profiles;
using Lakehouse.Gateway.Tests.Keys;
using Lakehouse.Testing;
using Microsoft.Extensions.Configuration;

namespace Lakehouse.Gateway.Tests.Knowledge.Profiles;

public sealed class ProfileFileTests(TestPostgres postgres) : IDisposable
{
    private const string Head = "[[profile]]\nkind = \"execution\"\nname = \"a\"\n";
    private const string Settings = "[profile.settings]\n";
    private const string Whole = Head + Settings;
    private const string Name = "a name of a to z, 0 to 9, _ and -, a letter first, up to 64 characters";
    private readonly TemporaryFolder _folder = new();

    private string File => _folder.In("p.toml");

    [Theory]
    [InlineData("", ": there is nothing in it; accepted are profiles, each under [[profile]].")]
    [InlineData("[[profile]]\nname = \"a\"\n" + Settings, "(1): profile[0].kind is missing; accepted is one of retrieval, memory, execution, observer.")]
    [InlineData("[[profile]]\nkind = \"speed\"\nname = \"a\"\n" + Settings, "(2): profile[0].kind is 'speed'; accepted is one of retrieval, memory, execution, observer.")]
    [InlineData("[[profile]]\nkind = \"memory\"\n" + Settings, $"(1): profile[0].name is missing; accepted is {Name}.")]
    [InlineData("[[profile]]\nkind = \"memory\"\nname = \"A b\"\n" + Settings, $"(3): profile[0].name is 'A b'; accepted is {Name}.")]
    [InlineData(Head, "(1): profile[0].settings is missing; accepted is a table of what the profile sets, under [profile.settings].")]
    [InlineData(Head + "settings = 3\n", "(4): profile[0].settings is 3; accepted is a table.")]
    [InlineData(Head + "note = \"\"\n" + Settings, "(4): profile[0].note is ''; accepted is a sentence of 1 to 500 characters.")]
    [InlineData(Head + "version = 2\n" + Settings, "(4): profile[0].version is not known here (its value is 2); accepted is one of the keys kind, name, note, task_classes, settings.")]
    [InlineData(Head + "task_classes = \"x\"\n" + Settings, "(4): profile[0].task_classes is 'x'; accepted is a list of 1 to 50: a task class such as staffing.fill, staffing.any for every staffing.*, or any: names of small letters, digits, '_' and '-', with dots between; 'any' only at the end.")]
    [InlineData(Head + "task_classes = [\"ok\", \"any.x\"]\n" + Settings, "(4): profile[0].task_classes[1] is 'any.x'; accepted is a task class such as staffing.fill, staffing.any for every staffing.*, or any: names of small letters, digits, '_' and '-', with dots between; 'any' only at the end.")]
    [InlineData(Whole + "max_tokens = -1\n", "(5): profile[0].settings.max_tokens is -1; accepted is a whole number from 1 to 1000000.")]
    [InlineData(Whole + "temperature = \"warm\"\n", "(5): profile[0].settings.temperature is 'warm'; accepted is a number from 0 to 2.")]
    [InlineData(Whole + "temperature = nan\n", "(5): profile[0].settings.temperature is NaN; accepted is a number from 0 to 2.")]
    [InlineData(Whole + "clamp = 1\n", "(5): profile[0].settings.clamp is 1; accepted is true or false.")]
    [InlineData(Whole + "speed = 1\n", "(5): profile[0].settings.speed is 1; accepted is one of the keys max_tokens, temperature, think, tool_rounds, clamp.")]
    [InlineData(Whole + "[[profile]]\nkind = \"execution\"\nname = \"a\"\n" + Settings, "(7): profile[1].name is 'a'; accepted is a name that no other execution profile of the file has; profile[0] has this one.")]
    [InlineData("[profile]\nkind = \"memory\"\n", "(1): profile is a table; accepted is tables, each under [[profile]].")]
    [InlineData("[[profil]]\nkind = \"memory\"\n", "(1): profil is not known here (its value is a list of 1 tables); accepted is one of the keys profile (did you mean profile?).")]
    [InlineData("[[profile]\n", "(1): the line is '[[profile]'; accepted is TOML: key = value, [table] or [[table]].")]
    public void Broken_file_is_refused_with_line_key_value_and_what_is_accepted(string text, string fault)
    {
        System.IO.File.WriteAllText(File, text);

        var problem = Assert.Throws<ConfigException>(() => ProfileFile.Read(File));

        Assert.Equal([fault], problem.Faults.Select(one => one.Replace(File, "", StringComparison.Ordinal)));
    }

    [Fact]
    public void All_faults_are_told_at_once()
    {
        System.IO.File.WriteAllText(File, Whole + "max_tokens = 0\nclamp = 2\n[[profile]]\nkind = \"x\"\nname = \"b\"\n" + Settings);

        Assert.Equal(3, Assert.Throws<ConfigException>(() => ProfileFile.Read(File)).Faults.Count);
    }

    [Fact]
    public async Task File_is_checked_and_loaded_whole_and_gateways_take_it_up()
    {
        await using var gateway = await GatewayApp.StartAsync(postgres, "http://127.0.0.1:1", settings: KeyCalls.Settings());
        using var client = gateway.As(GatewayApp.BotKey);
        System.IO.File.WriteAllText(File, Whole + "max_tokens = 900\nthink = \"low\"\n[[profile]]\nkind = \"retrieval\"\nname = \"b\"\nnote = \"Wide.\"\ntask_classes = [\"staffing.any\"]\n" + Settings + "sources = [\"memory\"]\nfloor = 0.2\n");

        Assert.Equal((0, "execution a: can be loaded\nretrieval b: can be loaded\n", ""), await RunAsync(gateway, "check", File));
        Assert.Empty((await client.GetJsonAsync("/v1/profiles"))["data"]!.AsArray());
        Assert.Equal((0, "execution a: ADD, version 1\nretrieval b: ADD, version 1\n", ""), await RunAsync(gateway, "load", File));
        Assert.Equal((0, "execution a: NOOP, version 1\nretrieval b: NOOP, version 1\n", ""), await RunAsync(gateway, "load", File));

        var data = await Eventually.GetAsync(async () => (await client.GetJsonAsync("/v1/profiles"))["data"]!.AsArray(), list => list.Count == 2, TestContext.Current.CancellationToken);
        Assert.Equal(["execution a", "retrieval b"], data.Select(profile => $"{profile!["kind"]} {profile["name"]}"));

        // the second cannot be, so the first is not either
        System.IO.File.WriteAllText(File, Whole + "max_tokens = 901\n[[profile]]\nkind = \"retrieval\"\nname = \"c\"\ntask_classes = [\"staffing.any\"]\n" + Settings);
        var (code, _, error) = await RunAsync(gateway, "load", File);
        Assert.Equal((1, true), (code, error.Contains("The task class staffing.any has the retrieval profile b already", StringComparison.Ordinal)));
        Assert.Single((await client.GetJsonAsync("/v1/profiles/execution/a"))["data"]!.AsArray());
        Assert.Equal(2, (await RunAsync(gateway, "store", File)).Code);
        Assert.Contains("the file is missing", (await RunAsync(gateway, "check", File + "x")).Errors, StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Dispose();

    private static async Task<(int Code, string Output, string Errors)> RunAsync(GatewayApp gateway, params string[] arguments)
    {
        var (output, errors) = (new StringWriter { NewLine = "\n" }, new StringWriter { NewLine = "\n" });
        var configuration = new ConfigurationBuilder().AddInMemoryCollection([new("ConnectionStrings:lakehouse", gateway.Database)]).Build();
        var code = await ProfilesCommand.RunAsync(arguments, configuration, output, errors, TestContext.Current.CancellationToken);
        return (code, output.ToString(), errors.ToString());
    }
}
