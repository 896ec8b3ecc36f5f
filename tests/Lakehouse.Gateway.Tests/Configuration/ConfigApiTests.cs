using System.Net;
using System.Text.Json.Nodes;
using Lakehouse.Gateway.Tests.Keys;
using Lakehouse.Testing;

namespace Lakehouse.Gateway.Tests.Configuration;

public sealed class ConfigApiTests(TestPostgres postgres)
{
    private const string Planted = "sk-planted-0123456789abcdef";

    [Fact]
    public async Task Operator_sees_what_is_in_force_and_no_key()
    {
        using var files = new TwoFiles(routing: "[timeouts]\nwhole_seconds = 90\n[[rule]]\nname = \"a\"\nmodel = \"auto\"\nmin_tokens = 5\nchain = [\"lab/m\", \"ollama/b\"]\nmax_attempts = 2\n");
        await using var gateway = await GatewayApp.StartAsync(postgres, "http://127.0.0.1:9", settings: Settings(files));
        using var client = gateway.As(KeyCalls.OperatorKey);

        using var response = await client.GetAsync("/v1/config", TestContext.Current.CancellationToken);
        var text = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        var config = JsonNode.Parse(text)!;

        Assert.DoesNotContain("planted", text, StringComparison.Ordinal);
        Assert.Equal(["object", "version", "loaded_at", "fault", "files", "providers", "aliases", "limits", "breaker", "timeouts", "rules"], config.AsObject().Select(field => field.Key));
        Assert.Equal("""{"name":"lab","kind":"openai","base_url":"http://localhost:8000/v1","paid":true,"api_key_configured":true,"api_key_env":"LAB_KEY","models":[]}""", config["providers"]![0]!.ToJsonString());
        Assert.Equal("""{"name":"ollama","kind":"ollama","base_url":"http://127.0.0.1:9","paid":false,"api_key_configured":false,"api_key_env":null,"models":[]}""", config["providers"]![1]!.ToJsonString());
        Assert.Equal(
            """{"name":"a","match":{"model":"auto","task_class":null,"consumer":null,"profile":null,"min_tokens":5,"max_tokens":null,"min_failed_attempts":null},"chain":["lab/m","ollama/b"],"limits":{"max_attempts":2,"retries_per_candidate":1,"max_cost_nano_usd":null,"default_max_tokens":4096,"most_max_tokens":32768}}""",
            config["rules"]!.AsArray().Single()!.ToJsonString());
        Assert.Equal("""{"connect_seconds":10,"first_byte_seconds":170,"idle_seconds":60,"whole_seconds":90,"reasoning_whole_seconds":600}""", config["timeouts"]!.ToJsonString());
        Assert.Equal("""{"failures":5,"cooldown_seconds":30}""", config["breaker"]!.ToJsonString());
        Assert.Null(config["fault"]);
        Assert.Matches(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$", config["loaded_at"]!.ToString());
    }

    [Fact]
    public async Task Nobody_else_sees_it()
    {
        await using var gateway = await GatewayApp.StartAsync(postgres, "http://127.0.0.1:9", settings: new() { ["environment"] = "Production" });
        using var keyless = gateway.As(null);
        using var bot = gateway.As(GatewayApp.BotKey);

        using var refused = await keyless.GetAsync("/v1/config", TestContext.Current.CancellationToken);
        using var forbidden = await bot.GetAsync("/v1/config", TestContext.Current.CancellationToken);

        Assert.Equal((HttpStatusCode.Unauthorized, "missing_api_key"), (refused.StatusCode, await refused.ErrorCodeAsync()));
        Assert.Equal((HttpStatusCode.Forbidden, "forbidden"), (forbidden.StatusCode, await forbidden.ErrorCodeAsync()));
    }

    [Fact]
    public async Task Changed_file_is_in_force_without_a_restart_and_a_wrong_one_is_told()
    {
        using var files = new TwoFiles();
        await using var gateway = await GatewayApp.StartAsync(postgres, "http://127.0.0.1:9", settings: Settings(files));
        using var client = gateway.As(KeyCalls.OperatorKey);
        var first = (await client.GetJsonAsync("/v1/config"))["version"]!.ToString();

        files.Replace("routing.toml", "[limits]\nmax_attempts = 7\n");
        var second = await Eventually.GetAsync(() => client.GetJsonAsync("/v1/config"), config => config["version"]!.ToString() != first, TestContext.Current.CancellationToken);
        files.Write("routing.toml", "[limits]\nmax_attempts = 700\nretries_per_candidate = 9\n");
        var third = await Eventually.GetAsync(() => client.GetJsonAsync("/v1/config"), config => config["fault"] is not null, TestContext.Current.CancellationToken);

        Assert.Equal(7, second["limits"]!["max_attempts"]!.GetValue<int>());
        Assert.Equal((7, second["version"]!.ToString()), (third["limits"]!["max_attempts"]!.GetValue<int>(), third["version"]!.ToString()));
        Assert.Equal(
            ["routing.toml(2): limits.max_attempts is 700; accepted is a whole number from 1 to 20.", "routing.toml(3): limits.retries_per_candidate is 9; accepted is a whole number from 0 to 5."],
            third["fault"]!["faults"]!.AsArray().Select(fault => files.Short(fault!.ToString())));
    }

    [Fact]
    public async Task Start_with_wrong_files_ends_with_all_faults_and_nothing_else()
    {
        using var files = new TwoFiles(TwoFiles.SomeProviders.Replace("\"openai\"", "\"gpt\"", StringComparison.Ordinal), "[limits]\nmax_attempts = 0\n");
        var environment = GatewayApp.Settings("Host=127.0.0.1", "127.0.0.1:1", "http://127.0.0.1:9").Concat(Settings(files)).ToDictionary(pair => pair.Key.Replace(":", "__", StringComparison.Ordinal), pair => pair.Value);
        await using var process = ChildProcess.StartAssembly(Built.Assembly("Lakehouse.Gateway"), [], environment);

        var code = await process.WaitForExitAsync(TestContext.Current.CancellationToken);

        Assert.NotEqual(0, code);
        Assert.Equal(
            ["Unhandled exception. The configuration is wrong:",
             "providers.toml(7): lab.kind is 'gpt'; accepted is one of ollama, openai, openrouter, gemini, claude.",
             "routing.toml(2): limits.max_attempts is 0; accepted is a whole number from 1 to 20."],
            process.Output.Split(Environment.NewLine).Where(line => line.Length > 0).Select(files.Short));
    }

    private static Dictionary<string, string?> Settings(TwoFiles files) => new()
    {
        ["Providers:File"] = files.Path("providers.toml"), ["Routing:File"] = files.Path("routing.toml"), ["Providers:lab:api_key"] = Planted, ["Keys:operator"] = KeyCalls.OperatorKey,
    };
}
