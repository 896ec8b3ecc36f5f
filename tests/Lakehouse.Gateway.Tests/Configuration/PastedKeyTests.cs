using Lakehouse.Gateway.Configuration;

namespace Lakehouse.Gateway.Tests.Configuration;

public sealed class PastedKeyTests
{
    private const string Hidden = "(not shown: it looks like a key)";
    private const string Lab = "[lab]\nkind = \"openai\"\nbase_url = \"http://localhost:8000/v1\"\npaid = true\n";

    // made up, in the forms that vendors give out
    [Theory]
    [InlineData("sk-proj-Ab12Cd34Ef56Gh78Ij90")]
    [InlineData("sk-ant-api03-Ab12Cd34Ef56Gh78")]
    [InlineData("AIzaSyAb12Cd34Ef56Gh78Ij90Kl12")]
    [InlineData("0123456789abcdef0123456789abcdef.Ab12Cd34Ef56Gh78Ij90Kl12")]
    [InlineData("Zx9Qw8Er7Ty6Ui5Op4As3Df2Gh1")]
    public void Key_that_was_pasted_into_the_file_is_refused_and_never_repeated(string key)
    {
        foreach (var line in new[] { $"api_key = \"{key}\"", $"apikey = \"{key}\"", $"api_key_env = \"{key}\"", $"token = \"{key}\"", $"api_key = {key}\"", $"api_key_env = = \"{key}\"", $"api_key = \"{key}\"\napi_key = \"{key}\"" })
        {
            using var files = new TwoFiles(Lab + line);

            var faults = files.Faults();

            Assert.Contains(faults, fault => fault.StartsWith("providers.toml(5): ", StringComparison.Ordinal) || fault.StartsWith("providers.toml(6): lab.api_key is given twice", StringComparison.Ordinal));
            Assert.DoesNotContain(faults, fault => fault.Contains(key[..8], StringComparison.Ordinal));
        }
    }

    [Theory]
    [InlineData("[\"sk-proj-Ab12Cd34Ef56Gh78\"]\nx = 1", "")]
    [InlineData(Lab + "\"sk-proj-Ab12Cd34Ef56Gh78\" = 1", "")]
    [InlineData("[lab]\nkind = \"openai\"\nbase_url = \"https://sk-proj-Ab12Cd34Ef56Gh78@host/v1\"\npaid = true", "")]
    [InlineData("[lab]\nkind = \"openai\"\nbase_url = \"https://host/v1?key=Ab12Cd34Ef56Gh78\"\npaid = true", "")]
    [InlineData(Lab, "[[rule]]\nname = \"a\"\nconsumer = \"sk-proj-Ab12Cd34Ef56Gh78\"\nchain = [\"lab/m\"]")]
    [InlineData(Lab, "[[rule]]\nname = \"a\"\nchain = [\"lab/sk-proj-Ab12Cd34Ef56Gh78\"]")]
    public void Key_in_any_other_place_is_refused_and_never_repeated(string providers, string routing)
    {
        using var files = new TwoFiles(providers, routing);

        var faults = files.Faults();

        Assert.Contains(faults, fault => fault.Contains(Hidden, StringComparison.Ordinal));
        Assert.DoesNotContain(faults, fault => fault.Contains("Ab12Cd34", StringComparison.Ordinal));
    }

    [Fact]
    public void Key_of_the_file_is_answered_with_where_it_belongs()
    {
        using var files = new TwoFiles(Lab + "api_key = \"sk-proj-Ab12Cd34Ef56Gh78Ij90\"");

        Assert.Equal([$"providers.toml(5): lab.api_key is not known here (its value is {Hidden}); accepted is no key in this file: name an environment variable in api_key_env, or set Providers:<name>:api_key."], files.Faults());
    }

    [Fact]
    public void Address_of_the_settings_that_holds_a_password_is_refused_and_not_shown()
    {
        using var files = new TwoFiles(settings: new() { ["Providers:lab:base_url"] = "https://me:Ab12Cd34@lab.example/v1" });

        Assert.Equal([$"configuration: Providers:lab:base_url is {Hidden}; accepted is an http:// or https:// address without user, query or fragment."], files.Faults());
    }

    [Fact]
    public void Key_with_a_line_break_is_refused_and_not_shown()
    {
        using var files = new TwoFiles(settings: new() { ["LAB_KEY"] = "sk-one\nsk-two" });

        Assert.Equal(["configuration: LAB_KEY is (not shown); accepted is a key: one word of visible ASCII letters."], files.Faults());
    }

    [Fact]
    public void Provider_as_text_is_its_name_so_that_no_log_gets_its_key()
    {
        using var files = new TwoFiles(settings: new() { ["LAB_KEY"] = "sk-planted-0123456789" });

        var lab = files.Load().Providers["lab"];

        Assert.Equal(("sk-planted-0123456789", "lab"), (lab.ApiKey, $"{lab}"));
    }

    [Theory]
    [InlineData("claude-opus-4-5-20251101")]
    [InlineData("qwen3-coder:480b")]
    [InlineData("gemini-2.5-flash-lite-preview-09-2025")]
    [InlineData("meta-llama/llama-3.3-70b-instruct:free")]
    [InlineData("task-force-one-hundred-and-one")]
    [InlineData("hf.co/unsloth/Qwen3-8B-GGUF:Q4_K_M")]
    public void Name_of_a_model_is_not_taken_for_a_key(string name) => Assert.False(Secrets.Looks(name));
}
