using Lakehouse.Gateway.Configuration;

namespace Lakehouse.Gateway.Providers;

/// <summary>The <c>[[provider.models]]</c>: several of one name are its prices by the day from which each holds.</summary>
internal static class ModelTables
{
    /// <summary>USD 10,000 per million tokens: more is a slip of the unit.</summary>
    private const long DearestToken = 10_000_000;

    private const long LargestWindow = 100_000_000;

    public static IReadOnlyList<ModelConfig> Read(IReadOnlyList<TomlSection> tables)
    {
        var models = new Dictionary<string, List<ModelConfig>>(StringComparer.Ordinal);
        foreach (var table in tables)
        {
            if (Model(table) is not { } model)
            {
                continue;
            }

            var dated = models.TryGetValue(model.Name, out var known) ? known : models[model.Name] = [];
            if (dated.Exists(other => other.Prices[0].AsOf == model.Prices[0].AsOf))
            {
                table.Fault("as_of", $"another day than the price of {Quoted.Text(model.Name)} above");
            }

            dated.Add(model);
        }

        return [.. models.Values.Select(Together)];
    }

    // what is not a price is taken from the latest entry that has it
    private static ModelConfig Together(List<ModelConfig> dated)
    {
        var latest = dated.OrderByDescending(model => model.Prices[0].AsOf).ToList();
        return new(
            latest[0].Name,
            [.. latest.Select(model => model.Prices[0])],
            latest.Select(model => model.ContextTokens).FirstOrDefault(tokens => tokens is not null),
            latest.Select(model => model.MaxOutputTokens).FirstOrDefault(tokens => tokens is not null),
            latest.Exists(model => model.Reasons));
    }

    private static ModelConfig? Model(TomlSection table)
    {
        var name = table.Text("name", "a model's name as the vendor writes it, without blanks", IsName, required: true);
        var price = Price(table);
        var context = table.Whole("context_tokens", 1, LargestWindow, " of tokens");
        var output = table.Whole("max_output_tokens", 1, int.MaxValue, " of tokens");
        var reasons = table.Flag("reasons");
        table.Close();
        return name is null ? null : new(name, [price], context, (int?)output, reasons ?? false);
    }

    private static bool IsName(string text) => text.Length is > 0 and <= 200 && text.All(letter => letter is > ' ' and not '\u007f');

    private static ModelPrice Price(TomlSection table)
    {
        var input = Nano(table, "input", required: true) ?? 0;
        var output = Nano(table, "output", required: true) ?? 0;
        var cached = Nano(table, "cached_input", most: input) ?? input;
        var write = Nano(table, "cache_write") ?? input;
        var hour = Nano(table, "cache_write_1h", least: write);
        var longer = table.Has("long_prompt_tokens") ? LongPrompt(table, input, output, cached, write, hour) : null;
        var source = table.Text("source_url", "the http(s) address of the page that states the price", text => Uri.TryCreate(text, UriKind.Absolute, out var page) && page.Scheme is "http" or "https", required: true);
        var day = table.Date("as_of", required: true);
        return new(input, output, cached, write, source ?? "", day ?? default, longer, hour);
    }

    // never cheaper than the short prompt's: what was reserved for a long prompt must hold for a shorter one too
    private static LongPromptPrice? LongPrompt(TomlSection table, long input, long output, long cached, long write, long? hour)
    {
        var above = table.Whole("long_prompt_tokens", 1, LargestWindow, " of tokens");
        var longInput = Nano(table, "long_input", required: true, least: input) ?? input;
        var longOutput = Nano(table, "long_output", required: true, least: output) ?? output;
        var longCached = Nano(table, "long_cached_input", least: cached, most: Math.Max(cached, longInput)) ?? longInput;
        var longWrite = Nano(table, "long_cache_write", least: write) ?? Math.Max(write, longInput);
        var longHour = Nano(table, "long_cache_write_1h", least: Math.Max(longWrite, hour ?? 0)) ?? (hour is null ? null : Math.Max(longWrite, hour.Value));
        return above is { } tokens ? new(tokens, longInput, longOutput, longCached, longWrite, longHour) : null;
    }

    private static long? Nano(TomlSection table, string what, bool required = false, long least = 0, long most = DearestToken) =>
        table.Whole($"{what}_nano_usd_per_token", least, most, " of nano-USD (USD per million tokens times 1,000)", required);
}
