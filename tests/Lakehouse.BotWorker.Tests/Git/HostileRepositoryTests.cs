using Lakehouse.BotWorker.Git;

namespace Lakehouse.BotWorker.Tests.Git;

/// <summary>A target whose own configuration names programs for git to run. None may run.</summary>
public sealed class HostileRepositoryTests : IDisposable
{
    private static readonly string[] Hooks =
        ["post-checkout", "pre-commit", "commit-msg", "post-commit", "pre-push", "reference-transaction", "post-index-change", "prepare-commit-msg", "fsmonitor-watchman"];

    private readonly TargetRepository _target = new();

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    private string Proof => _target.Beside("ran");

    public void Dispose() => _target.Dispose();

    [Fact]
    public async Task Target_with_hostile_settings_runs_nothing_in_a_whole_cycle()
    {
        _target.Write(".gitattributes", "* filter=evil diff=evil merge=evil\n");
        _target.Commit("attributes");
        var script = MakeScript();
        Configure("core.fsmonitor", script);
        Configure("core.hooksPath", _target.Beside("hooks"));
        Configure("filter.evil.clean", script);
        Configure("filter.evil.smudge", script);
        Configure("filter.evil.process", script);
        Configure("filter.evil.required", "true");
        Configure("filter.with.dot and space.clean", script);
        Configure("diff.evil.textconv", script);
        Configure("diff.evil.command", script);
        Configure("diff.external", script);
        Configure("merge.evil.driver", script);
        Configure("core.pager", script);
        Configure("core.editor", script);
        Configure("core.sshCommand", script);
        Configure("core.askPass", script);
        Configure("core.alternateRefsCommand", script);
        Configure("credential.helper", $"!{script}");
        Configure("gpg.program", script);
        Configure("commit.gpgSign", "true");
        Configure("uploadpack.packObjectsHook", script);
        Configure("include.path", "/dev/null");
        // times that differ from the index make "git status" read, and so filter, the files
        File.SetLastWriteTimeUtc(Path.Combine(_target.Path, "src/hello.txt"), new DateTime(2021, 1, 1, 0, 0, 0, DateTimeKind.Utc));
        File.Delete(Proof);
        Assert.Contains("evil", _target.Run("config", "--list"), StringComparison.Ordinal);

        using var mirror = new Mirror(_target);
        var checkout = new GitCheckout(_target.Path);
        Assert.True(await checkout.IsCleanAsync(Cancelled));
        var head = await mirror.CheckOutAsync(Cancelled);
        var commit = await mirror.Git.CommitAsync(
            Mirror.Branch, head, new Dictionary<string, string> { ["src/hello.txt"] = "changed\n" }, "Change", DateTimeOffset.UnixEpoch, Cancelled);
        Assert.Contains("+changed", await mirror.Git.DiffAsync(head, commit, Cancelled), StringComparison.Ordinal);
        TargetRepository.RunIn(_target.Beside("."), "init", "--quiet", "--bare", "bare.git");
        await mirror.Git.PushAsync(_target.Beside("bare.git"), commit, Mirror.Branch, null, Cancelled);

        Assert.False(File.Exists(Proof), File.Exists(Proof) ? File.ReadAllText(Proof) : "");
    }

    [Fact]
    public void Hostile_settings_would_have_run_without_the_guard()
    {
        _target.Write(".gitattributes", "* filter=evil\n");
        _target.Commit("attributes");
        Configure("filter.evil.clean", MakeScript());
        File.SetLastWriteTimeUtc(Path.Combine(_target.Path, "src/hello.txt"), new DateTime(2021, 1, 1, 0, 0, 0, DateTimeKind.Utc));
        File.Delete(Proof);

        _target.Run("status", "--porcelain");

        Assert.True(File.Exists(Proof));
    }

    private void Configure(string key, string value) => File.AppendAllText(
        Path.Combine(_target.Path, ".git/config"),
        $"[{Section(key)}]\n\t{key[(key.LastIndexOf('.') + 1)..]} = \"{value}\"\n");

    private static string Section(string key)
    {
        var (first, last) = (key.IndexOf('.', StringComparison.Ordinal), key.LastIndexOf('.'));
        return first == last ? key[..first] : $"{key[..first]} \"{key[(first + 1)..last]}\"";
    }

    private string MakeScript()
    {
        var script = _target.Beside("evil.sh");
        WriteScript(script);
        foreach (var hook in Hooks)
        {
            WriteScript(Path.Combine(_target.Path, ".git/hooks", hook));
            WriteScript(Path.Combine(_target.Beside("hooks"), hook));
        }

        return script;
    }

    private void WriteScript(string file) => Script.Write(file, $"#!/bin/sh\necho \"$0 $@\" >> {Proof}\ncat\n");
}
