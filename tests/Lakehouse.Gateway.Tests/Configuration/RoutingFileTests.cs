using Lakehouse.Gateway.Routing;

namespace Lakehouse.Gateway.Tests.Configuration;

public sealed class RoutingFileTests
{
    [Fact]
    public void Every_key_is_read()
    {
        using var files = new TwoFiles(routing: """
            [limits]
            max_attempts = 4
            retries_per_candidate = 0
            max_cost_nano_usd = 5_000_000
            default_max_tokens = 1000
            most_max_tokens = 2000

            [breaker]
            failures = 2
            cooldown_seconds = 0.5

            [timeouts]
            connect_seconds = 1
            first_byte_seconds = 2
            idle_seconds = 3
            whole_seconds = 4
            reasoning_whole_seconds = 5

            [[rule]]
            name = "all-keys"
            model = "gpt-*"
            task_class = "code*"
            consumer = "bot"
            profile = "cheap"
            min_tokens = 10
            max_tokens = 20
            min_failed_attempts = 2
            chain = ["ollama/qwen3:8b", "lab/org/model:free"]
            max_attempts = 1
            retries_per_candidate = 2
            max_cost_nano_usd = 7
            default_max_tokens = 8
            most_max_tokens = 9

            [[rule]]
            name = "rest"
            chain = ["ollama/a"]
            max_attempts = 2
            """);

        var routing = files.Load().Routing;

        Assert.Equal(new ChainLimits(4, 0, 5_000_000, 1000, 2000), routing.Limits);
        Assert.Equal(new BreakerConfig(2, TimeSpan.FromMilliseconds(500)), routing.Breaker);
        Assert.Equal(new TimeoutConfig(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(3), TimeSpan.FromSeconds(4), TimeSpan.FromSeconds(5)), routing.Timeouts);
        Assert.Equal(["all-keys", "rest"], routing.Rules.Select(rule => rule.Name));
        Assert.Equal(new RuleMatch("gpt-*", "code*", "bot", "cheap", 10, 20, 2), routing.Rules[0].Match);
        Assert.Equal([new("ollama", "qwen3:8b"), new("lab", "org/model:free")], routing.Rules[0].Chain);
        Assert.Equal(new ChainLimits(1, 2, 7, 8, 9), routing.Rules[0].Limits);
        Assert.Equal((new RuleMatch(), new ChainLimits(2, 0, 5_000_000, 1000, 2000)), (routing.Rules[1].Match, routing.Rules[1].Limits));
    }

    [Fact]
    public void Chain_may_use_another_name_of_a_provider()
    {
        using var files = new TwoFiles(TwoFiles.Shipped("providers.toml"), "[[rule]]\nname = \"a\"\nchain = [\"cloud/gpt-oss:20b\", \"anthropic/claude-opus-5-5\", \"openrouter/anthropic/claude-x\"]");

        Assert.Equal(["ollama_cloud/gpt-oss:20b", "claude/claude-opus-5-5", "openrouter/anthropic/claude-x"], files.Load().Routing.Rules[0].Chain.Select(candidate => candidate.ToString()));
    }

    [Fact]
    public void Provider_that_has_such_a_name_itself_keeps_it()
    {
        using var files = new TwoFiles("""
            [google]
            kind = "openai"
            base_url = "http://localhost:1"
            paid = false
            [gemini]
            kind = "gemini"
            base_url = "http://localhost:2"
            paid = true
            """);

        var aliases = files.Load().Aliases;

        Assert.Equal(("google", "gemini", 2), (aliases["google"], aliases["gemini"], aliases.Count));
    }

    [Fact]
    public void Settings_override_address_and_key_of_the_file()
    {
        using var files = new TwoFiles(settings: new()
        {
            ["Providers:lab:base_url"] = "https://lab.example/v2/", ["LAB_KEY"] = " from-the-environment ", ["Providers:ollama:api_key"] = "of-the-configuration",
        });
        using var both = new TwoFiles(settings: new() { ["LAB_KEY"] = "from-the-environment", ["Providers:lab:api_key"] = "of-the-configuration" });

        var providers = files.Load().Providers;

        Assert.Equal(("https://lab.example/v2/chat", "from-the-environment"), (providers["lab"].Url("/chat").AbsoluteUri, providers["lab"].ApiKey));
        Assert.Equal(("http://localhost:11434/api", "of-the-configuration"), (providers["ollama"].Url("/api").AbsoluteUri, providers["ollama"].ApiKey));
        Assert.Equal("of-the-configuration", both.Load().Providers["lab"].ApiKey);
    }
}
