using System.Globalization;
using Lakehouse.AppHost.Engines;
using Microsoft.Extensions.Configuration;
using TestCommandLine = Lakehouse.BotWorker.Sandbox.CommandLine;

namespace Lakehouse.AppHost.House;

/// <summary>Section <c>Lakehouse</c> as it was given; a value that cannot be used is refused here, with its key and what is accepted.</summary>
/// <param name="ForgeSettings">Passed on to the worker's section <c>Bot</c> by these names: <c>GitHub:Token</c>.</param>
internal sealed record HouseOptions(
    string? DataFolder, string? Target, string? TestCommand, Uri? OllamaUrl, string? OllamaApiKey, string? Model, string Forge, IReadOnlyDictionary<string, string> ForgeSettings)
{
    private static readonly string[] Accepted = ["DataFolder", "Target", "TestCommand", "OllamaUrl", "Model", "Forge", "PersonalToken", "MostOpenPullRequests", "Gitea", "GitHub"];
    private static readonly string[] AcceptedRemote = ["Url", "Owner", "Repository", "Token"];
    private static readonly string[] Remotes = ["Gitea", "GitHub"];
    private static readonly string[] Forges = ["local", "gitea", "github"];

    /// <summary>One real setting replaces the scripted model.</summary>
    public bool HasRealModel => OllamaUrl is not null || OllamaApiKey is not null;

    /// <summary>As the gateway names models.</summary>
    public string ModelOrDefault => Model ?? (OllamaUrl, OllamaApiKey) switch
    {
        (not null, _) => "ollama/qwen3:8b",
        (_, not null) => "ollama_cloud/gpt-oss:120b",
        _ => "ollama/scripted",
    };

    public static HouseOptions Read(IConfiguration configuration)
    {
        var section = configuration.GetSection(HouseSettings.Section);
        var problems = new List<string>();
        RefuseUnknown(section, Accepted, problems);
        foreach (var remote in Remotes)
        {
            RefuseUnknown(section.GetSection(remote), AcceptedRemote, problems);
            _ = Url(section.GetSection(remote), "Url", problems);
        }

        var options = new HouseOptions(
            Text(section, "DataFolder"), GitCheckout(section, problems), Text(section, "TestCommand"), Url(section, "OllamaUrl", problems),
            Text(configuration, "OLLAMA_API_KEY"), Text(section, "Model"), (Text(section, "Forge") ?? "local").ToLowerInvariant(),
            Remotes.SelectMany(remote => AcceptedRemote.Select(key => $"{remote}:{key}")).Concat(["PersonalToken", "MostOpenPullRequests"])
                .Where(key => Text(section, key) is not null).ToDictionary(key => key, key => Text(section, key)!, StringComparer.Ordinal));
        if (!Forges.Contains(options.Forge, StringComparer.Ordinal))
        {
            problems.Add(Problem("Lakehouse:Forge", options.Forge, "local, gitea or github"));
        }

        Require(section, "TestCommand", line => TestCommandLine.Split(line) is not null, TestCommandLine.Accepted, problems);
        Require(section, "MostOpenPullRequests", text => int.TryParse(text, CultureInfo.InvariantCulture, out var most) && most is >= 1 and <= 100, "a number from 1 to 100", problems);
        Require(section, "PersonalToken", text => bool.TryParse(text, out _), "true or false", problems);
        return problems.Count == 0 ? options : throw new EngineException(string.Join(Environment.NewLine, problems));
    }

    private static void Require(IConfigurationSection section, string key, Predicate<string> isAccepted, string accepted, List<string> problems)
    {
        if (Text(section, key) is { } value && !isAccepted(value))
        {
            problems.Add(Problem($"{section.Path}:{key}", value, accepted));
        }
    }

    private static string? GitCheckout(IConfigurationSection section, List<string> problems)
    {
        if (Text(section, "Target") is not { } target)
        {
            return null;
        }

        // a linked worktree has a file of that name
        var git = Path.Combine(target, ".git");
        if (!Directory.Exists(git) && !File.Exists(git))
        {
            problems.Add(Problem("Lakehouse:Target", target, "the folder of a git checkout"));
        }

        return target;
    }

    private static Uri? Url(IConfigurationSection section, string key, List<string> problems)
    {
        if (Text(section, key) is not { } value)
        {
            return null;
        }

        if (Uri.TryCreate(value, UriKind.Absolute, out var url) && url.Scheme is "http" or "https")
        {
            return url;
        }

        problems.Add(Problem($"{section.Path}:{key}", value, "an http:// or https:// address"));
        return null;
    }

    private static void RefuseUnknown(IConfigurationSection section, string[] accepted, List<string> problems) => problems.AddRange(
        section.GetChildren().Where(child => !accepted.Contains(child.Key, StringComparer.OrdinalIgnoreCase))
            .Select(child => $"{child.Path} is not a setting; accepted are {string.Join(", ", accepted.Select(key => $"{section.Path}:{key}"))}."));

    private static string? Text(IConfiguration section, string key) => section[key] is { } text && !string.IsNullOrWhiteSpace(text) ? text.Trim() : null;

    private static string Problem(string key, string value, string accepted) => $"{key} is '{value}'; accepted is {accepted}.";
}
