using Lakehouse.BotWorker.Cycles;
using Lakehouse.BotWorker.Sandbox;
using Microsoft.Extensions.Options;

namespace Lakehouse.BotWorker;

internal sealed class BotOptionsValidator : IValidateOptions<BotOptions>
{
    private static readonly string[] Forges = ["local", "gitea", "github"];

    public ValidateOptionsResult Validate(string? name, BotOptions options)
    {
        var faults = new List<string>();
        void Require(bool met, string key, object? value, string accepted)
        {
            if (!met)
            {
                faults.Add($"{BotOptions.Section}:{key} is '{value}'; accepted is {accepted}.");
            }
        }

        Require(IsFullPath(options.TargetRepository), nameof(options.TargetRepository), options.TargetRepository, "the full path of a git checkout");
        Require(IsFullPath(options.DataFolder), nameof(options.DataFolder), options.DataFolder, "the full path of a folder");
        Require(!IsInside(options.DataFolder, options.TargetRepository), nameof(options.DataFolder), options.DataFolder, "a folder outside the target repository");
        Require(string.IsNullOrWhiteSpace(options.TestCommand) || CommandLine.Split(options.TestCommand) is not null, nameof(options.TestCommand), options.TestCommand, CommandLine.Accepted);
        Require(options.TestTimeLimit > TimeSpan.Zero && options.TestTimeLimit <= TimeSpan.FromHours(2), nameof(options.TestTimeLimit), options.TestTimeLimit, "a time above 00:00:00, up to 02:00:00");
        Require(options.Sandbox.Processes is >= 8 and <= 100_000, "Sandbox:Processes", options.Sandbox.Processes, "a number from 8 to 100000");
        Require(options.Sandbox.MemoryMb is >= 64 and <= 1_000_000, "Sandbox:MemoryMb", options.Sandbox.MemoryMb, "a number from 64 to 1000000");
        Require(options.Sandbox.OutputMb is >= 1 and <= 10_000, "Sandbox:OutputMb", options.Sandbox.OutputMb, "a number from 1 to 10000");
        foreach (var folder in options.Sandbox.Read)
        {
            Require(IsFullPath(folder), "Sandbox:Read", folder, "the full path of a folder");
        }

        Require(options.GapPause.First >= TimeSpan.Zero && options.GapPause.First <= TimeSpan.FromDays(30), "GapPause:First", options.GapPause.First, "a time from 00:00:00 to 30.00:00:00");
        Require(options.GapPause.Factor is >= 1 and <= 10, "GapPause:Factor", options.GapPause.Factor, "a number from 1 to 10");
        Require(options.GapPause.ParkAfter is >= 1 and <= 100, "GapPause:ParkAfter", options.GapPause.ParkAfter, "a number from 1 to 100");
        Require(options.ModelTimeLimit > TimeSpan.Zero && options.ModelTimeLimit <= TimeSpan.FromHours(1), nameof(options.ModelTimeLimit), options.ModelTimeLimit, "a time above 00:00:00, up to 01:00:00");
        Require(Forges.Contains(options.Forge, StringComparer.OrdinalIgnoreCase), nameof(options.Forge), options.Forge, string.Join(" or ", Forges));
        Require(options.MaxTokens is >= 1_500 and <= 200_000, nameof(options.MaxTokens), options.MaxTokens, "a number from 1500 to 200000");
        Require(options.MaxFeedback is >= 0 and <= 10, nameof(options.MaxFeedback), options.MaxFeedback, "a number from 0 to 10");
        Require(options.History is >= 0 and <= HistoryBlock.MostRecent, nameof(options.History), options.History, $"a number from 0 to {HistoryBlock.MostRecent}");
        Require(options.WeakenedTests is "flag" or "refuse", nameof(options.WeakenedTests), options.WeakenedTests, "flag or refuse");
        Require(IsHttp(options.PublicUrl), nameof(options.PublicUrl), options.PublicUrl, "an http or https address");
        Require(IsHttp(options.TraceUrl.Replace("{trace_id}", "x", StringComparison.Ordinal)), nameof(options.TraceUrl), options.TraceUrl, "an http or https address, with {trace_id} in it");
        Require(string.IsNullOrEmpty(options.ApiKey) || options.ApiKey.Length >= 16, nameof(options.ApiKey), "(hidden)", "empty, or at least 16 characters");
        Require(string.IsNullOrEmpty(options.Gitea.Url) || IsHttp(options.Gitea.Url), "Gitea:Url", options.Gitea.Url, "an http or https address");
        Require(string.IsNullOrEmpty(options.GitHub.Url) || IsHttp(options.GitHub.Url), "GitHub:Url", options.GitHub.Url, "an http or https address");
        Require(options.MostOpenPullRequests is >= 1 and <= 100, nameof(options.MostOpenPullRequests), options.MostOpenPullRequests, "a number from 1 to 100");
        return faults.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
    }

    private static bool IsFullPath(string? path) => !string.IsNullOrWhiteSpace(path) && Path.IsPathFullyQualified(path);

    private static bool IsInside(string? folder, string? target)
    {
        if (!IsFullPath(folder) || !IsFullPath(target))
        {
            return false;
        }

        var relative = Path.GetRelativePath(target!, folder!);
        return relative == "." || (relative != ".." && !relative.StartsWith("../", StringComparison.Ordinal) && !Path.IsPathRooted(relative));
    }

    private static bool IsHttp(string? url) =>
        Uri.TryCreate(url, UriKind.Absolute, out var address) && (address.Scheme == Uri.UriSchemeHttp || address.Scheme == Uri.UriSchemeHttps);
}
