namespace Lakehouse.Gateway.Tests.Configuration;

public sealed class BrokenRoutingTests
{
    private const string LimitKeys = "max_attempts, retries_per_candidate, max_cost_nano_usd, default_max_tokens, most_max_tokens";
    private const string RuleKeys = $"name, model, task_class, consumer, profile, min_tokens, max_tokens, min_failed_attempts, chain, {LimitKeys}";
    private const string Form = "provider/model, such as ollama/qwen3:8b";
    private const string Providers = "one of the providers lab, ollama in front of the slash";

    [Theory]
    [InlineData("[limits]\nmax_attempts = 0", "(2): limits.max_attempts is 0; accepted is a whole number from 1 to 20.")]
    [InlineData("[limits]\nmax_attempts = 21", "(2): limits.max_attempts is 21; accepted is a whole number from 1 to 20.")]
    [InlineData("[limits]\n\nmax_attempts = \"3\"", "(3): limits.max_attempts is '3'; accepted is a whole number from 1 to 20.")]
    [InlineData("[limits]\nmax_attempts = 2.5", "(2): limits.max_attempts is 2.5; accepted is a whole number from 1 to 20.")]
    [InlineData("[limits]\nretries_per_candidate = -1", "(2): limits.retries_per_candidate is -1; accepted is a whole number from 0 to 5.")]
    [InlineData("[limits]\nmax_cost_nano_usd = 0", "(2): limits.max_cost_nano_usd is 0; accepted is a whole number of nano-USD from 1 to 9223372036854775807.")]
    [InlineData("[limits]\nmost_max_tokens = true", "(2): limits.most_max_tokens is true; accepted is a whole number of tokens from 1 to 10000000.")]
    [InlineData("[limits]\ndefault_max_tokens = 9000\nmost_max_tokens = 8000", "(2): limits.default_max_tokens is 9000; accepted is a default_max_tokens (here 9000) that is at most most_max_tokens (here 8000).")]
    [InlineData("[limits]\nmost_max_tokens = 100", "(2): limits.most_max_tokens is 100; accepted is a default_max_tokens (here 4096) that is at most most_max_tokens (here 100).")]
    [InlineData("[limits]\nmax_attempt = 3", $"(2): limits.max_attempt is not known here (its value is 3); accepted is one of the keys {LimitKeys} (did you mean max_attempts?).")]
    [InlineData("limits = 3", "(1): limits is 3; accepted is a table.")]
    [InlineData("# nothing\n[limit]\n", "(2): limit is not known here (its value is a table); accepted is one of the keys limits, breaker, timeouts, rule (did you mean limits?).")]
    [InlineData("[breaker]\nfailures = 0", "(2): breaker.failures is 0; accepted is a whole number from 1 to 1000.")]
    [InlineData("[breaker]\ncooldown_seconds = 0", "(2): breaker.cooldown_seconds is 0; accepted is a number of seconds, more than 0 and at most 3600.")]
    [InlineData("[timeouts]\nidle_seconds = nan", "(2): timeouts.idle_seconds is NaN; accepted is a number of seconds, more than 0 and at most 3600.")]
    [InlineData("[timeouts]\nwhole_seconds = \"3 min\"", "(2): timeouts.whole_seconds is '3 min'; accepted is a number of seconds, more than 0 and at most 3600.")]
    [InlineData("[timeouts]\nfirst_byte = 10", "(2): timeouts.first_byte is not known here (its value is 10); accepted is one of the keys connect_seconds, first_byte_seconds, idle_seconds, whole_seconds, reasoning_whole_seconds.")]
    [InlineData("[rule]\nname = \"a\"", "(1): rule is a table; accepted is tables, each under [[rule]].")]
    [InlineData("[[rule]]\nchain = [\"ollama/a\"]", "(1): rule[0].name is missing; accepted is a name of 1 to 64 letters, digits, '-', '_' and '.'.")]
    [InlineData("[[rule]]\nname = \"a b\"\nchain = [\"ollama/a\"]", "(2): rule[0].name is 'a b'; accepted is a name of 1 to 64 letters, digits, '-', '_' and '.'.")]
    [InlineData("[[rule]]\nname = \"a\"\nmodel = \"x\"\nchain = [\"ollama/a\"]\n[[rule]]\nname = \"a\"\nchain = [\"ollama/a\"]", "(6): rule[1].name is 'a'; accepted is a name that no rule above has.")]
    [InlineData("[[rule]]\nname = \"a\"\n", $"(1): rule[0].chain is missing; accepted is a list of 1 to 10: {Form}.")]
    [InlineData("[[rule]]\nname = \"a\"\nchain = []", $"(3): rule[0].chain is a list of 0; accepted is a list of 1 to 10: {Form}.")]
    [InlineData("[[rule]]\nname = \"a\"\nchain = [\"ollama/1\",\"ollama/2\",\"ollama/3\",\"ollama/4\",\"ollama/5\",\"ollama/6\",\"ollama/7\",\"ollama/8\",\"ollama/9\",\"ollama/10\",\"ollama/11\"]", $"(3): rule[0].chain is a list of 11; accepted is a list of 1 to 10: {Form}.")]
    [InlineData("[[rule]]\nname = \"a\"\nchain = \"ollama/a\"", $"(3): rule[0].chain is 'ollama/a'; accepted is a list of 1 to 10: {Form}.")]
    [InlineData("[[rule]]\nname = \"a\"\nchain = [\n  \"ollama/a\",\n  7,\n]", $"(5): rule[0].chain[1] is 7; accepted is {Form}.")]
    [InlineData("[[rule]]\nname = \"a\"\nchain = [\n  \"ollama/a\",\n  \"qwen3\",\n]", $"(5): rule[0].chain[1] is 'qwen3'; accepted is {Form}.")]
    [InlineData("[[rule]]\nname = \"a\"\nchain = [\"ollama/\"]", $"(3): rule[0].chain[0] is 'ollama/'; accepted is {Form}.")]
    [InlineData("[[rule]]\nname = \"a\"\nchain = [\"ollama/a b\"]", $"(3): rule[0].chain[0] is 'ollama/a b'; accepted is {Form}.")]
    [InlineData("[[rule]]\nname = \"a\"\nchain = [\"nowhere/a\"]", $"(3): rule[0].chain[0] is 'nowhere/a'; accepted is {Providers}.")]
    [InlineData("[[rule]]\nname = \"a\"\nchain = [\"cloud/a\"]", $"(3): rule[0].chain[0] is 'cloud/a'; accepted is {Providers}.")]
    [InlineData("[[rule]]\nname = \"a\"\nchain = [\"ollama/gpt-oss:120b-cloud\"]", "(3): rule[0].chain[0] is 'ollama/gpt-oss:120b-cloud'; accepted is a model that ollama runs itself; ask the cloud for it as ollama_cloud/gpt-oss:120b.")]
    [InlineData("[[rule]]\nname = \"a\"\nchain = [\"ollama/a\", \"lab/a\", \"ollama/a\"]", "(3): rule[0].chain[2] is 'ollama/a'; accepted is a candidate that is not above; retries_per_candidate repeats one.")]
    [InlineData("[[rule]]\nname = \"a\"\nmodel = \"\"\nchain = [\"ollama/a\"]", "(3): rule[0].model is ''; accepted is 1 to 200 visible letters, where * is any text.")]
    [InlineData("[[rule]]\nname = \"a\"\nconsumer = 7\nchain = [\"ollama/a\"]", "(3): rule[0].consumer is 7; accepted is 1 to 200 visible letters, where * is any text.")]
    [InlineData("[[rule]]\nname = \"a\"\nmin_tokens = 10\nmax_tokens = 5\nchain = [\"ollama/a\"]", "(3): rule[0].min_tokens is 10; accepted is at most max_tokens, which is 5.")]
    [InlineData("[[rule]]\nname = \"a\"\nmin_failed_attempts = 0\nchain = [\"ollama/a\"]", "(3): rule[0].min_failed_attempts is 0; accepted is a whole number from 1 to 1000.")]
    [InlineData("[[rule]]\nname = \"a\"\nmodels = \"x\"\nchain = [\"ollama/a\"]", $"(3): rule[0].models is not known here (its value is 'x'); accepted is one of the keys {RuleKeys} (did you mean model?).")]
    [InlineData("[[rule]]\nname = \"a\"\nchain = [\"ollama/a\"]\n[[rule]]\nname = \"b\"\nmodel = \"x\"\nchain = [\"ollama/a\"]", "(1): rule[0] is without a condition, so that no rule below it is ever reached; accepted is one of model, task_class, consumer, profile, min_tokens, max_tokens, min_failed_attempts, or to be the last rule.")]
    [InlineData("[[rule]]\nname = \"a\"\nmax_attempts = 99\nchain = [\"ollama/a\"]", "(3): rule[0].max_attempts is 99; accepted is a whole number from 1 to 20.")]
    [InlineData("[limits]\nmax_attempts = = 3", "(2): the line is 'max_attempts = = 3'; accepted is TOML: key = value, [table] or [[table]].")]
    [InlineData("[limits]\nmax_attempts = 3\nmax_attempts = 4", "(3): limits.max_attempts is given twice, first on line 2; accepted is one of the two.")]
    [InlineData("[limits]\n[breaker]\n[limits]\n", "(3): limits is given twice, first on line 1; accepted is one of the two.")]
    [InlineData("[limits", "(1): the line is '[limits'; accepted is TOML: key = value, [table] or [[table]].")]
    public void Broken_routing_is_told_with_line_key_value_and_what_is_accepted(string routing, string fault)
    {
        using var files = new TwoFiles(routing: routing);

        Assert.Equal(["routing.toml" + fault], files.Faults());
    }
}
