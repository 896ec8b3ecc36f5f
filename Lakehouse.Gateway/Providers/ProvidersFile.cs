using System.Collections.Frozen;
using System.Globalization;
using Tomlyn;
using Tomlyn.Model;

namespace Lakehouse.Gateway.Providers;

/// <summary>Reads <c>config/providers.toml</c>; collects all faults and names each with file, key, value and what is accepted.</summary>
internal sealed class ProvidersFile(string file, IConfiguration overrides)
{
    private static readonly string[] ProviderKeys = ["kind", "base_url", "paid", "api_key_env", "models"];
    private static readonly string[] ModelKeys = ["name", "input_nano_usd_per_token", "output_nano_usd_per_token", "source_url", "as_of"];
    private readonly List<string> _faults = [];

    /// <exception cref="ProvidersFileException">With every fault of the file.</exception>
    public IReadOnlyList<ProviderConfig> Read(IReadOnlyCollection<string> knownProviders)
    {
        var providers = new List<ProviderConfig>();
        foreach (var (name, value) in Parse())
        {
            if (!knownProviders.Contains(name))
            {
                Fault(name, "a table", $"one of the providers {string.Join(", ", knownProviders)}");
            }
            else if (value is not TomlTable table)
            {
                Fault(name, value, "a table");
            }
            else
            {
                providers.Add(Provider(name, table));
            }
        }

        foreach (var missing in knownProviders.Except(providers.Select(provider => provider.Name)).Where(_ => _faults.Count == 0))
        {
            Fault(missing, "missing", "a table with base_url");
        }

        return _faults.Count == 0 ? providers : throw new ProvidersFileException(_faults);
    }

    private TomlTable Parse()
    {
        try
        {
            return TomlSerializer.Deserialize<TomlTable>(File.ReadAllText(file)) ?? [];
        }
        catch (TomlException problem)
        {
            throw new ProvidersFileException([$"{file}({problem.Line}): not TOML: {problem.Message}"]);
        }
    }

    private ProviderConfig Provider(string name, TomlTable table)
    {
        Unknown(name, table, ProviderKeys);
        var address = overrides[$"Providers:{name}:base_url"] ?? Get<string>(table, name, "base_url", "a text");
        if (!Uri.TryCreate(address, UriKind.Absolute, out var baseUrl) || baseUrl.Scheme is not ("http" or "https"))
        {
            Fault($"{name}.base_url", address, "an http:// or https:// address");
            baseUrl = new Uri("http://localhost");
        }

        var paid = Get<object>(table, name, "paid", "true or false") is true;
        var keyName = table.ContainsKey("api_key_env") ? Get<string>(table, name, "api_key_env", "the name of an environment variable") : null;
        var key = overrides[$"Providers:{name}:api_key"] ?? (keyName is null ? null : overrides[keyName]);
        return new(name, Get<string>(table, name, "kind", "a protocol") ?? "ollama", baseUrl, paid, string.IsNullOrWhiteSpace(key) ? null : key.Trim(), keyName, Models(name, table).ToFrozenDictionary(StringComparer.Ordinal));
    }

    private Dictionary<string, ModelConfig> Models(string provider, TomlTable table)
    {
        var prices = new Dictionary<string, ModelConfig>(StringComparer.Ordinal);
        if (!table.TryGetValue("models", out var value))
        {
            return prices;
        }

        if (value is not TomlTableArray models)
        {
            Fault($"{provider}.models", value, "tables [[…]]");
            return prices;
        }

        for (var index = 0; index < models.Count; index++)
        {
            var (key, model) = ($"{provider}.models[{index}]", models[index]);
            Unknown(key, model, ModelKeys);
            var name = Get<string>(model, key, "name", "a model's name");
            var input = Price(model, key, "input_nano_usd_per_token");
            var price = new ModelPrice(input, Price(model, key, "output_nano_usd_per_token"), input, input,
                Get<string>(model, key, "source_url", "the page that states the price") ?? "", Date(model, key));
            if (name is not null && !prices.TryAdd(name, new(name, [price])))
            {
                Fault($"{key}.name", name, "a name that is not listed above");
            }
        }

        return prices;
    }

    private long Price(TomlTable table, string key, string name)
    {
        var price = Get<object>(table, key, name, "a whole number of nano-USD, 0 or more");
        if (price is long and >= 0)
        {
            return (long)price;
        }

        if (price is not null)
        {
            Fault($"{key}.{name}", price, "a whole number of nano-USD, 0 or more");
        }

        return 0;
    }

    private DateOnly Date(TomlTable table, string key)
    {
        var text = Get<string>(table, key, "as_of", "a date such as 2026-11-01") ?? "";
        if (!DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date) && text.Length > 0)
        {
            Fault($"{key}.as_of", text, "a date such as 2026-11-01");
        }

        return date;
    }

    private T? Get<T>(TomlTable table, string key, string name, string accepted) where T : class
    {
        var value = table.TryGetValue(name, out var found) ? found : null;
        if (value is not T typed)
        {
            Fault($"{key}.{name}", value ?? "missing", accepted);
            return null;
        }

        return typed;
    }

    private void Unknown(string key, TomlTable table, string[] accepted)
    {
        foreach (var name in table.Keys.Where(name => !accepted.Contains(name)))
        {
            Fault($"{key}.{name}", table[name], $"only the keys {string.Join(", ", accepted)}");
        }
    }

    private void Fault(string key, object? value, string accepted) => _faults.Add($"{file}: {key} is {value ?? "empty"}; accepted is {accepted}.");
}

/// <summary>All faults of the file at once, one a line.</summary>
internal sealed class ProvidersFileException(IReadOnlyList<string> faults) : Exception(string.Join(Environment.NewLine, faults));
