using System.Text;
using CliWrap;
using CliWrap.Buffered;

namespace Lakehouse.BotWorker.Git;

/// <summary>Asks the user's own credential helper. The one call that uses the user's git configuration, and never a repository's.</summary>
internal static class CredentialHelper
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    /// <returns>Null when nothing is stored for this server.</returns>
    public static async Task<GitCredential?> FillAsync(Uri server, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(Limit, TimeProvider.System);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, limit.Token);
        try
        {
            var result = await Cli.Wrap("git")
                .WithArguments(["-c", "core.askPass=", "credential", "fill"])
                // outside of any repository, whose configuration could name a helper of its own
                .WithWorkingDirectory(Path.GetPathRoot(Path.GetTempPath())!)
                .WithEnvironmentVariables(new Dictionary<string, string?>
                {
                    ["GIT_TERMINAL_PROMPT"] = "0",
                    ["GIT_ASKPASS"] = null,
                    ["SSH_ASKPASS"] = null,
                    ["GIT_DIR"] = null,
                })
                .WithStandardInputPipe(PipeSource.FromString($"protocol={server.Scheme}\nhost={server.Authority}\n\n", new UTF8Encoding(encoderShouldEmitUTF8Identifier: false)))
                .WithValidation(CommandResultValidation.None)
                .ExecuteBufferedAsync(both.Token);
            return result.ExitCode == 0 ? Parse(result.StandardOutput) : null;
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new GitException($"git credential fill did not answer within {Limit.TotalSeconds:0} seconds.");
        }
    }

    private static GitCredential? Parse(string output)
    {
        var values = output.Split('\n')
            .Select(line => line.TrimEnd('\r').Split('=', 2))
            .Where(parts => parts.Length == 2)
            .GroupBy(parts => parts[0])
            .ToDictionary(group => group.Key, group => group.Last()[1]);
        return values.TryGetValue("username", out var username) && values.TryGetValue("password", out var password) && password.Length > 0
            ? new GitCredential(username, password)
            : null;
    }
}
