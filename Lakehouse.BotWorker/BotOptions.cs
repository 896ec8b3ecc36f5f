using Lakehouse.BotWorker.Cycles;
using Lakehouse.BotWorker.Sandbox;

namespace Lakehouse.BotWorker;

/// <summary>Section <c>Bot</c>. Checked when the worker starts; every fault is reported at once.</summary>
internal sealed class BotOptions
{
    public const string Section = "Bot";

    /// <summary>The git checkout that the bot works for. It is only ever read.</summary>
    public string TargetRepository { get; set; } = "";

    /// <summary>Where results, worktrees and the local forge are kept; never inside the target.</summary>
    public string DataFolder { get; set; } = "";

    /// <summary>One line, e.g. <c>make test</c>; empty: found out from the files in the target.</summary>
    public string? TestCommand { get; set; }

    public TimeSpan TestTimeLimit { get; set; } = TimeSpan.FromMinutes(5);

    public SandboxOptions Sandbox { get; set; } = new();

    public GapPauseOptions GapPause { get; set; } = new();

    /// <summary>How long the gateway may take for a proposal, its fallbacks included.</summary>
    public TimeSpan ModelTimeLimit { get; set; } = TimeSpan.FromMinutes(11);

    /// <summary><c>local</c>, <c>gitea</c> or <c>github</c>.</summary>
    public string Forge { get; set; } = "local";

    public RemoteForgeOptions Gitea { get; set; } = new();

    public RemoteForgeOptions GitHub { get; set; } = new();

    /// <summary>The token is a person's own, so that comments of its account are that person's and are obeyed.</summary>
    public bool PersonalToken { get; set; }

    /// <summary>So many pull requests of the bot may be open at once.</summary>
    public int MostOpenPullRequests { get; set; } = 5;

    /// <summary>As the gateway names it, e.g. <c>ollama_cloud/gpt-oss:120b</c>; empty: the gateway's rules choose.</summary>
    public string? Model { get; set; }

    /// <summary>Output tokens of one proposal. Reasoning models answer nothing below 1,500.</summary>
    public int MaxTokens { get; set; } = 8_000;

    /// <summary>How often, in one cycle, the output of red tests goes back to the model; each time is one more call. 0: never.</summary>
    public int MaxFeedback { get; set; } = 2;

    /// <summary>
    /// So many earlier attempts on the gap are told to the model, at most <see cref="HistoryBlock.MostRecent"/>. 0: nothing of its
    /// past is, neither attempts nor what reviewers said; the text of a <c>/redo</c> is a request of today and still told.
    /// </summary>
    public int History { get; set; } = HistoryBlock.MostRecent;

    /// <summary><c>flag</c>: a proposal that weakens tests says so for the reviewer; <c>refuse</c>: it ends as proposal_rejected.</summary>
    public string WeakenedTests { get; set; } = "flag";

    /// <summary>How a browser reaches this worker; links in results and pull requests begin with it.</summary>
    public string PublicUrl { get; set; } = "http://localhost:3300";

    /// <summary>Where a trace is looked at; <c>{trace_id}</c> is replaced.</summary>
    public string TraceUrl { get; set; } = "http://localhost:18888/traces/detail/{trace_id}";

    /// <summary>Accepted as <c>Authorization: Bearer</c> by the worker's API; empty: only a page of the worker itself may post.</summary>
    public string? ApiKey { get; set; }

    public string TraceLink(string traceId) => TraceUrl.Replace("{trace_id}", traceId, StringComparison.Ordinal);
}

/// <summary>Owner and repository are found out from the target's remote <c>origin</c> where they are empty.</summary>
internal sealed class RemoteForgeOptions
{
    /// <summary>Gitea: the server. GitHub: its API, <c>https://api.github.com</c> when empty.</summary>
    public string? Url { get; set; }

    public string? Owner { get; set; }

    public string? Repository { get; set; }

    /// <summary>Empty: <c>git credential fill</c> is asked.</summary>
    public string? Token { get; set; }
}
