using System.Collections.Frozen;
using System.Text.RegularExpressions;
using Lakehouse.Gateway.Configuration;

namespace Lakehouse.Gateway.Providers;

/// <summary>Reads <c>config/providers.toml</c>. <c>Providers:{name}:base_url</c> and <c>:api_key</c> of the configuration override it.</summary>
internal sealed partial class ProvidersFile(TomlFile file, IConfiguration overrides, ConfigFaults faults)
{
    private const string AcceptedAddress = "an http:// or https:// address without user, query or fragment";
    private const int ShortestKey = 16;
    private static readonly Uri Nowhere = new("http://localhost");

    /// <returns>Also those that have faults, so that a rule that names one is not a fault as well.</returns>
    public IReadOnlyList<ProviderConfig> Read()
    {
        var root = new TomlSection(file, "", file.Root, faults);
        var providers = new List<ProviderConfig>();
        foreach (var name in root.Keys)
        {
            if (!ProviderName().IsMatch(name))
            {
                faults.Add(file.Name, file.LineOf(TomlPath.Of("", name)), "the provider's name", Quoted.Text(name), "a small letter, then up to 31 of a-z, 0-9 and _");
            }
            else if (root.Table(name) is { } section)
            {
                providers.Add(Provider(name, section));
            }
        }

        if (file.Root.Count == 0)
        {
            faults.Add(file.Name, 1, "the file", "empty", "at least one provider, such as [ollama]");
        }

        return providers;
    }

    private ProviderConfig Provider(string name, TomlSection section)
    {
        var kind = section.OneOf("kind", ProviderKinds.All, required: true);
        var address = section.Text("base_url", AcceptedAddress, text => Address(text) is not null, required: true, MayHoldKey);
        var paid = section.Flag("paid", required: true);
        var variable = section.Text("api_key_env", "the name of an environment variable, such as OPENAI_API_KEY (not the key)", text => Variable().IsMatch(text), mayBeKey: text => text.Length >= ShortestKey);
        var models = ModelTables.Read(section.Tables("models"));
        section.Close();
        return new(name, kind ?? ProviderKinds.Ollama, BaseUrl(name, address), paid ?? true, Key(name, variable), variable, models.ToFrozenDictionary(model => model.Name, StringComparer.Ordinal));
    }

    private Uri BaseUrl(string name, string? address)
    {
        var setting = $"Providers:{name}:base_url";
        if (overrides[setting] is { Length: > 0 } text)
        {
            if (Address(text) is { } overriding)
            {
                return overriding;
            }

            faults.Add("configuration", 0, setting, MayHoldKey(text) ? Secrets.NotShown : Quoted.Text(text), AcceptedAddress);
        }

        return address is null ? Nowhere : Address(address) ?? Nowhere;
    }

    private string? Key(string name, string? variable)
    {
        var setting = $"Providers:{name}:api_key";
        var own = overrides[setting];
        var key = (own ?? (variable is null ? null : overrides[variable]))?.Trim();
        if (string.IsNullOrEmpty(key))
        {
            return null;
        }

        if (key.All(letter => letter is > ' ' and <= '~'))
        {
            return key;
        }

        faults.Add("configuration", 0, own is null ? variable! : setting, "(not shown)", "a key: one word of visible ASCII letters");
        return null;
    }

    private static bool MayHoldKey(string address) => address.AsSpan().ContainsAny('@', '?', '#');

    // a user or a query would be a secret in every log of the address
    private static Uri? Address(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Scheme is "http" or "https" && url is { UserInfo: "", Query: "", Fragment: "", Host.Length: > 0 } ? url : null;

    [GeneratedRegex("^[a-z][a-z0-9_]{0,31}$", RegexOptions.None, 1000)]
    private static partial Regex ProviderName();

    [GeneratedRegex("^[A-Z_][A-Z0-9_]{0,63}$", RegexOptions.None, 1000)]
    private static partial Regex Variable();
}
