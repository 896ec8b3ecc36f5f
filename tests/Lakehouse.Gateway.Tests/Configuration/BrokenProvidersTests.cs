namespace Lakehouse.Gateway.Tests.Configuration;

public sealed class BrokenProvidersTests
{
    private const string Lab = "[lab]\nkind = \"openai\"\nbase_url = \"http://localhost:8000/v1\"\npaid = true\n";
    private const string Priced = Lab + "[[lab.models]]\nname = \"m\"\ninput_nano_usd_per_token = 100\noutput_nano_usd_per_token = 400\nsource_url = \"https://lab.example/prices\"\nas_of = \"2026-11-01\"\n";
    private const string Nano = "accepted is a whole number of nano-USD (USD per million tokens times 1,000)";
    private const string Address = "accepted is an http:// or https:// address without user, query or fragment.";
    private const string ModelKeys = "name, input_nano_usd_per_token, output_nano_usd_per_token, cached_input_nano_usd_per_token, cache_write_nano_usd_per_token, cache_write_1h_nano_usd_per_token, source_url, as_of, context_tokens, max_output_tokens, reasons";

    [Theory]
    [InlineData("", "(1): the file is empty; accepted is at least one provider, such as [ollama].")]
    [InlineData("lab = \"http://localhost\"", "(1): lab is 'http://localhost'; accepted is a table.")]
    [InlineData("[Lab]\n", "(1): the provider's name is 'Lab'; accepted is a small letter, then up to 31 of a-z, 0-9 and _.")]
    [InlineData("[\"my lab\"]\n", "(1): the provider's name is 'my lab'; accepted is a small letter, then up to 31 of a-z, 0-9 and _.")]
    [InlineData("[lab]\nbase_url = \"http://localhost\"\npaid = false", "(1): lab.kind is missing; accepted is one of ollama, openai, openrouter, gemini, claude.")]
    [InlineData("[lab]\nkind = \"open_ai\"\nbase_url = \"http://localhost\"\npaid = false", "(2): lab.kind is 'open_ai'; accepted is one of ollama, openai, openrouter, gemini, claude.")]
    [InlineData("[lab]\nkind = \"openai\"\npaid = false", "(1): lab.base_url is missing; " + Address)]
    [InlineData("[lab]\nkind = \"openai\"\nbase_url = \"localhost:8000\"\npaid = false", "(3): lab.base_url is 'localhost:8000'; " + Address)]
    [InlineData("[lab]\nkind = \"openai\"\nbase_url = \"ftp://a\"\npaid = false", "(3): lab.base_url is 'ftp://a'; " + Address)]
    [InlineData("[lab]\nkind = \"openai\"\nbase_url = \"http//localhost:8000/v1\"\npaid = false", "(3): lab.base_url is 'http//localhost:8000/v1'; " + Address)]
    [InlineData("[lab]\nkind = \"openai\"\nbase_url = 8000\npaid = false", "(3): lab.base_url is 8000; " + Address)]
    [InlineData("[lab]\nkind = \"openai\"\nbase_url = \"http://localhost\"", "(1): lab.paid is missing; accepted is true or false.")]
    [InlineData("[lab]\nkind = \"openai\"\nbase_url = \"http://localhost\"\npaid = \"yes\"", "(4): lab.paid is 'yes'; accepted is true or false.")]
    [InlineData(Lab + "api_key_env = \"lab key\"", "(5): lab.api_key_env is 'lab key'; accepted is the name of an environment variable, such as OPENAI_API_KEY (not the key).")]
    [InlineData(Lab + "url = \"http://a\"", "(5): lab.url is not known here (its value is 'http://a'); accepted is one of the keys kind, base_url, paid, api_key_env, models.")]
    [InlineData(Lab + "[lab.models]\nname = \"m\"", "(5): lab.models is a table; accepted is tables, each under [[lab.models]].")]
    [InlineData(Lab + "models = [1]", "(5): lab.models is a list of 1; accepted is tables, each under [[lab.models]].")]
    [InlineData(Priced + "context_tokens = 0", "(11): lab.models[0].context_tokens is 0; accepted is a whole number of tokens from 1 to 100000000.")]
    [InlineData(Priced + "max_output_tokens = \"8k\"", "(11): lab.models[0].max_output_tokens is '8k'; accepted is a whole number of tokens from 1 to 2147483647.")]
    [InlineData(Priced + "reasons = 1", "(11): lab.models[0].reasons is 1; accepted is true or false.")]
    [InlineData(Priced + "cached_input_nano_usd_per_token = 101", $"(11): lab.models[0].cached_input_nano_usd_per_token is 101; {Nano} from 0 to 100.")]
    [InlineData(Priced + "cache_write_nano_usd_per_token = -1", $"(11): lab.models[0].cache_write_nano_usd_per_token is -1; {Nano} from 0 to 10000000.")]
    [InlineData(Priced + "price = 3", $"(11): lab.models[0].price is not known here (its value is 3); accepted is one of the keys {ModelKeys}.")]
    [InlineData(Priced + "long_prompt_tokens = 200000\nlong_input_nano_usd_per_token = 99\nlong_output_nano_usd_per_token = 400", $"(12): lab.models[0].long_input_nano_usd_per_token is 99; {Nano} from 100 to 10000000.")]
    [InlineData(Priced + "long_prompt_tokens = 200000\nlong_input_nano_usd_per_token = 200", $"(5): lab.models[0].long_output_nano_usd_per_token is missing; {Nano} from 400 to 10000000.")]
    [InlineData(Priced + "[[lab.models]]\nname = \"m\"\ninput_nano_usd_per_token = 1\noutput_nano_usd_per_token = 1\nsource_url = \"https://lab.example\"\nas_of = 2026-11-01", "(16): lab.models[1].as_of is 2026-11-01; accepted is another day than the price of 'm' above.")]
    [InlineData(Lab + "[[lab.models]]\ninput_nano_usd_per_token = 1\noutput_nano_usd_per_token = 1\nsource_url = \"https://lab.example\"\nas_of = 2026-11-01", "(5): lab.models[0].name is missing; accepted is a model's name as the vendor writes it, without blanks.")]
    [InlineData(Lab + "[[lab.models]]\nname = \"m\"\ninput_nano_usd_per_token = 0.5\noutput_nano_usd_per_token = 1\nsource_url = \"https://lab.example\"\nas_of = 2026-11-01", $"(7): lab.models[0].input_nano_usd_per_token is 0.5; {Nano} from 0 to 10000000.")]
    [InlineData(Lab + "[[lab.models]]\nname = \"m\"\ninput_nano_usd_per_token = 3000000000\noutput_nano_usd_per_token = 1\nsource_url = \"https://lab.example\"\nas_of = 2026-11-01", $"(7): lab.models[0].input_nano_usd_per_token is 3000000000; {Nano} from 0 to 10000000.")]
    [InlineData(Lab + "[[lab.models]]\nname = \"m\"\ninput_nano_usd_per_token = 1\nsource_url = \"https://lab.example\"\nas_of = 2026-11-01", $"(5): lab.models[0].output_nano_usd_per_token is missing; {Nano} from 0 to 10000000.")]
    [InlineData(Lab + "[[lab.models]]\nname = \"m\"\ninput_nano_usd_per_token = 1\noutput_nano_usd_per_token = 1\nas_of = 2026-11-01", "(5): lab.models[0].source_url is missing; accepted is the http(s) address of the page that states the price.")]
    [InlineData(Lab + "[[lab.models]]\nname = \"m\"\ninput_nano_usd_per_token = 1\noutput_nano_usd_per_token = 1\nsource_url = \"https://lab.example\"\nas_of = \"1 Nov 2026\"", "(10): lab.models[0].as_of is '1 Nov 2026'; accepted is a date such as 2026-11-01.")]
    [InlineData("[lab\nkind = \"openai\"", "(1): the line is '[lab'; accepted is TOML: key = value, [table] or [[table]].")]
    public void Broken_providers_are_told_with_line_key_value_and_what_is_accepted(string providers, string fault)
    {
        using var files = new TwoFiles(providers);

        Assert.Equal(["providers.toml" + fault], files.Faults());
    }

    [Fact]
    public void All_faults_of_both_files_are_told_at_once_in_the_order_of_their_lines()
    {
        using var files = new TwoFiles(
            "[lab]\nkind = \"gpt\"\nbase_url = \"nowhere\"\npaid = 1\ncolour = \"red\"\n\n[Ollama]\n",
            "[limits]\nmax_attempts = 0\nretries = 1\n\n[[rule]]\nname = \"a\"\nchain = [\"lab/m\", \"ollama/m\"]\nmin_tokens = -1\n",
            new() { ["Providers:lab:base_url"] = "also nowhere" });

        Assert.Equal(
        [
            "providers.toml(2): lab.kind is 'gpt'; accepted is one of ollama, openai, openrouter, gemini, claude.",
            "providers.toml(3): lab.base_url is 'nowhere'; " + Address,
            "providers.toml(4): lab.paid is 1; accepted is true or false.",
            "providers.toml(5): lab.colour is not known here (its value is 'red'); accepted is one of the keys kind, base_url, paid, api_key_env, models.",
            "providers.toml(7): the provider's name is 'Ollama'; accepted is a small letter, then up to 31 of a-z, 0-9 and _.",
            "routing.toml(2): limits.max_attempts is 0; accepted is a whole number from 1 to 20.",
            "routing.toml(3): limits.retries is not known here (its value is 1); accepted is one of the keys max_attempts, retries_per_candidate, max_cost_nano_usd, default_max_tokens, most_max_tokens.",
            "routing.toml(7): rule[0].chain[1] is 'ollama/m'; accepted is one of the providers lab in front of the slash.",
            "routing.toml(8): rule[0].min_tokens is -1; accepted is a whole number of tokens from 0 to 9223372036854775807.",
            "configuration: Providers:lab:base_url is 'also nowhere'; " + Address,
        ], files.Faults());
    }

    [Fact]
    public void Every_line_that_is_not_toml_is_told_and_the_other_file_is_read_all_the_same()
    {
        using var files = new TwoFiles("[lab]\nkind = = 1\npaid = yes\n", "[limits]\nmax_attempts = 0\n\n[[rule]]\nname = \"a\"\nchain = [\"lab/m\"]\n");

        Assert.Equal(
        [
            "providers.toml(2): the line is 'kind = = 1'; accepted is TOML: key = value, [table] or [[table]].",
            "providers.toml(3): the line is 'paid = yes'; accepted is TOML: key = value, [table] or [[table]].",
            "routing.toml(2): limits.max_attempts is 0; accepted is a whole number from 1 to 20.",
        ], files.Faults());
    }

    [Fact]
    public void A_long_or_odd_value_is_shown_on_one_line_and_shortened()
    {
        using var files = new TwoFiles(routing: $"[[rule]]\nname = \"{new string('x', 300)}\\n\"\nchain = [\"ollama/a\"]");

        Assert.Equal([$"routing.toml(2): rule[0].name is '{new string('x', 80)}…'; accepted is a name of 1 to 64 letters, digits, '-', '_' and '.'."], files.Faults());
    }

    [Fact]
    public void File_that_is_missing_or_not_text_is_told()
    {
        using var files = new TwoFiles();
        File.Delete(files.Path("routing.toml"));
        File.WriteAllBytes(files.Path("providers.toml"), [0x5b, 0xff, 0x5d]);

        Assert.Equal(
        [
            "providers.toml: the file is not UTF-8; accepted is UTF-8.",
            "routing.toml: the file is missing; accepted is a TOML file (docs/configuration.md).",
        ], files.Faults());
    }
}
