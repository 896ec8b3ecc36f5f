using Lakehouse.BotWorker.Cycles;

namespace Lakehouse.BotWorker.Commands;

/// <summary>The words of a command line, read and checked.</summary>
/// <param name="Subject">The gap of <c>unpark</c>, the cycle of <c>cancel</c>.</param>
internal sealed record CommandArguments(string Command, string? Subject, string? Repository, string? GapId, CycleDepth Depth, Uri Worker, string? Key, bool Follow, bool Json)
{
    public const string DefaultWorker = "http://localhost:3300";
    public const string WorkerVariable = "LAKEHOUSE_WORKER";
    public const string KeyVariable = "LAKEHOUSE_WORKER_KEY";

    public const string Usage = $"""
        usage: cycle --repo PATH [--gap ID] [--dry-run list|propose|rehearse] [--no-follow]
               gaps
               pause
               resume
               unpark GAP
               cancel CYCLE
        Each also takes [--repo PATH] [--worker URL] [--key KEY] [--json]. URL is {DefaultWorker}, or {WorkerVariable} of the environment;
        KEY is the worker's Bot:ApiKey, or {KeyVariable}; at the worker's own machine in Development none is needed.
        """;

    private static readonly Dictionary<string, string?> Commands = new(StringComparer.Ordinal)
    {
        ["cycle"] = null, ["gaps"] = null, ["pause"] = null, ["resume"] = null, ["unpark"] = "GAP", ["cancel"] = "CYCLE",
    };

    private static readonly string[] DryRuns = ["list", "propose", "rehearse"];

    /// <exception cref="FormatException">Says what is wrong with which word, and what is accepted.</exception>
    public static CommandArguments Parse(IReadOnlyList<string> words, Func<string, string?> environment)
    {
        if (words.Count == 0 || !Commands.TryGetValue(words[0], out var takes))
        {
            throw new FormatException($"'{string.Join(' ', words.Take(1))}' is no command.\n{Usage}");
        }

        var (options, subjects) = Split(words);
        string? Value(string name) => options.GetValueOrDefault(name);
        if (takes is null && subjects.Count > 0)
        {
            throw new FormatException($"'{subjects[0]}' is not accepted after {words[0]}.\n{Usage}");
        }

        if (takes is not null && subjects.Count != 1)
        {
            throw new FormatException($"{words[0]} takes one {takes}, and {subjects.Count} are given.\n{Usage}");
        }

        var dryRun = Value("--dry-run");
        if (dryRun is not null && !DryRuns.Contains(dryRun))
        {
            throw new FormatException($"--dry-run is '{dryRun}'; accepted are {string.Join(", ", DryRuns)}.");
        }

        if (words[0] == "cycle" && Value("--repo") is null)
        {
            throw new FormatException($"cycle needs --repo PATH, the repository that the worker serves, so that it is not started on another one.\n{Usage}");
        }

        var worker = Value("--worker") ?? environment(WorkerVariable) ?? DefaultWorker;
        return Uri.TryCreate(worker, UriKind.Absolute, out var address) && (address.Scheme == Uri.UriSchemeHttp || address.Scheme == Uri.UriSchemeHttps)
            ? new CommandArguments(
                words[0], subjects.FirstOrDefault(), Value("--repo"), Value("--gap"), dryRun is null ? CycleDepth.Full : CycleStore.Parse<CycleDepth>(dryRun), address,
                Value("--key") ?? environment(KeyVariable), !options.ContainsKey("--no-follow"), options.ContainsKey("--json"))
            : throw new FormatException($"--worker is '{worker}'; accepted is an address such as {DefaultWorker}.");
    }

    private static (Dictionary<string, string?> Options, List<string> Subjects) Split(IReadOnlyList<string> words)
    {
        var (options, subjects) = (new Dictionary<string, string?>(StringComparer.Ordinal), new List<string>());
        for (var at = 1; at < words.Count; at++)
        {
            var (name, given) = words[at].StartsWith("--", StringComparison.Ordinal) && words[at].IndexOf('=', StringComparison.Ordinal) is > 0 and var cut
                ? (words[at][..cut], words[at][(cut + 1)..])
                : (words[at], null);
            var isNew = name switch
            {
                "--json" => given is null && options.TryAdd(name, null),
                "--no-follow" when words[0] == "cycle" => given is null && options.TryAdd(name, null),
                "--gap" or "--dry-run" when words[0] == "cycle" => options.TryAdd(name, given ?? Next()),
                "--repo" or "--worker" or "--key" => options.TryAdd(name, given ?? Next()),
                _ when !name.StartsWith('-') => Subject(name),
                _ => throw new FormatException($"{name} is not accepted by {words[0]}.\n{Usage}"),
            };
            if (!isNew)
            {
                throw new FormatException($"{name} is given twice, or takes no value.\n{Usage}");
            }

            string Next() => ++at < words.Count && words[at].Length > 0 ? words[at] : throw new FormatException($"{name} needs a value.\n{Usage}");
        }

        return (options, subjects);

        bool Subject(string word)
        {
            subjects.Add(word);
            return true;
        }
    }
}
