using System.Text;
using CliWrap;
using CliWrap.Buffered;

namespace Lakehouse.BotWorker.Git;

/// <summary>
/// One call of git that runs nothing but git: no hooks, no file-system monitor, no filters, no prompts, no configuration of
/// the machine or the user, and nothing of ours from the environment.
/// </summary>
internal static class GitRun
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);

    // A repository's own configuration can name programs. Each of these settings wins over it.
    private static readonly string[] Safe =
    [
        "core.hooksPath=/dev/null", "core.fsmonitor=false", "core.pager=cat", "core.editor=false", "core.askPass=", "core.sshCommand=ssh -oBatchMode=yes",
        "core.attributesFile=/dev/null", "core.protectNTFS=true", "core.protectHFS=true", "core.alternateRefsCommand=", "credential.helper=", "diff.external=",
        "protocol.ext.allow=never", "submodule.recurse=false", "gc.auto=0", "maintenance.auto=false", "commit.gpgSign=false", "log.showSignature=false",
        "http.followRedirects=false", "http.sslVerify=true", "receive.fsckObjects=false", "uploadpack.packObjectsHook=", "advice.detachedHead=false",
    ];

    public static async Task<string> TextAsync(GitCall call, CancellationToken cancellationToken)
    {
        var result = await RunAsync(call, cancellationToken);
        return result.ExitCode == 0 ? result.StandardOutput.TrimEnd('\n') : throw Failed(call, result);
    }

    public static async Task<BufferedCommandResult> RunAsync(GitCall call, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(Limit, TimeProvider.System);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, limit.Token);
        var command = Cli.Wrap("git")
            .WithArguments([.. Settings(call), .. call.Arguments])
            .WithWorkingDirectory(call.Folder)
            .WithEnvironmentVariables(Environment(call))
            .WithStandardInputPipe(call.Input is null ? PipeSource.Null : PipeSource.FromBytes(call.Input))
            .WithValidation(CommandResultValidation.None);
        try
        {
            return await command.ExecuteBufferedAsync(Encoding.UTF8, Encoding.UTF8, both.Token);
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new GitException($"git {call.Verb} did not end within {Limit.TotalMinutes:0} minutes and was stopped.");
        }
        catch (System.ComponentModel.Win32Exception missing)
        {
            throw new GitException($"git could not be started ({missing.Message}). Install git and have it on the PATH.");
        }
    }

    public static GitException Failed(GitCall call, BufferedCommandResult result)
    {
        var said = string.IsNullOrWhiteSpace(result.StandardError) ? result.StandardOutput : result.StandardError;
        return new GitException($"git {call.Verb} failed with exit code {result.ExitCode}: {GitSecrets.Remove(said.Trim(), call.Secrets)}");
    }

    private static IEnumerable<string> Settings(GitCall call) => Safe.Concat(call.Settings).SelectMany(setting => new[] { "-c", setting });

    private static Dictionary<string, string?> Environment(GitCall call)
    {
        var environment = System.Environment.GetEnvironmentVariables().Keys.Cast<string>()
            .Where(name => name.StartsWith("GIT_", StringComparison.OrdinalIgnoreCase) || name.StartsWith("SSH_ASKPASS", StringComparison.OrdinalIgnoreCase))
            .ToDictionary(name => name, _ => (string?)null);
        environment["GIT_CONFIG_NOSYSTEM"] = "1";
        environment["GIT_CONFIG_GLOBAL"] = "/dev/null";
        environment["GIT_ATTR_NOSYSTEM"] = "1";
        environment["GIT_TERMINAL_PROMPT"] = "0";
        environment["GIT_OPTIONAL_LOCKS"] = "0";
        environment["GIT_NO_REPLACE_OBJECTS"] = "1";
        environment["LC_ALL"] = "C";
        environment[OrphanedGit.Variable] = OrphanedGit.Owner;
        foreach (var (name, value) in call.Environment)
        {
            environment[name] = value;
        }

        return environment;
    }
}
