namespace Lakehouse.BotWorker.Guardrails;

/// <summary>Files that are not the bot's to write, wherever they are in the repository and in whatever case they are spelled.</summary>
internal static class ProtectedPaths
{
    private static readonly HashSet<string> LockFiles =
    [
        "cargo.lock", "package-lock.json", "npm-shrinkwrap.json", "yarn.lock", "pnpm-lock.yaml", "pnpm-lock.yml", "bun.lock", "bun.lockb", "deno.lock",
        "packages.lock.json", "project.assets.json", "paket.lock", "poetry.lock", "pipfile.lock", "pdm.lock", "uv.lock", "pixi.lock", "conda-lock.yml", "gemfile.lock", "composer.lock",
        "go.sum", "go.work.sum", "mix.lock", "pubspec.lock", "podfile.lock", "cartfile.resolved", "package.resolved", "gradle.lockfile", "buildscript-gradle.lockfile",
        "flake.lock", "chart.lock", ".terraform.lock.hcl", "stack.yaml.lock", "cabal.project.freeze", "module.bazel.lock", "conan.lock", "rebar.lock", "shard.lock",
    ];

    private static readonly HashSet<string> SecretNames =
    [
        ".npmrc", ".yarnrc", ".yarnrc.yml", ".pypirc", ".netrc", "_netrc", ".git-credentials", ".pgpass", ".my.cnf", ".htpasswd", ".dockercfg", ".vault-token", "credentials", "credentials.json",
        "service-account.json", "service_account.json", "secret", "secrets", "token", "tokens", "kubeconfig", ".envrc", ".boto", ".s3cfg", "authorized_keys", "known_hosts", "nuget.config",
    ];

    private static readonly HashSet<string> SecretExtensions =
        [".pem", ".key", ".pfx", ".p12", ".p8", ".pkcs12", ".jks", ".keystore", ".kdbx", ".ppk", ".asc", ".gpg", ".age", ".snk", ".tfstate", ".tfvars", ".jceks", ".der", ".env"];

    private static readonly HashSet<string> SecretFolders = [".ssh", ".aws", ".gnupg", ".azure", ".kube", ".docker", ".gcloud", "secrets", ".secrets", "credentials"];

    private static readonly HashSet<string> ContinuousIntegrationFolders =
        [".github", ".gitea", ".forgejo", ".gitlab", ".ci", ".circleci", ".buildkite", ".woodpecker", ".drone", ".azure-pipelines", ".teamcity", ".semaphore", ".tekton"];

    private static readonly HashSet<string> ContinuousIntegrationFiles =
        ["jenkinsfile", "appveyor.yml", ".appveyor.yml", "bitbucket-pipelines.yml", "cloudbuild.yaml", "cloudbuild.yml", "codefresh.yml", "wercker.yml", "buildspec.yml", "buildspec.yaml"];

    // git, or a tool that hooks into it, runs what these name
    private static readonly HashSet<string> GitRuns =
        [".gitattributes", ".gitmodules", ".gitconfig", ".githooks", ".husky", ".pre-commit-config.yaml", ".pre-commit-config.yml", "lefthook.yml", "lefthook.yaml", ".lefthook.yml", ".lintstagedrc", ".gitignore_global", ".mailmap"];

    private static readonly HashSet<string> BotFiles = ["bot.paused", "lakehouse.toml"];

    public static Refusal? Check(string path)
    {
        var segments = path.ToLowerInvariant().Split('/');
        var name = segments[^1];
        return Fixed(path, segments, name) ?? Secrets(path, segments, name) ?? Pipelines(path, segments, name);
    }

    /// <summary>A secret is not only unwritable: it is not shown to a model either.</summary>
    public static bool IsSecret(string path)
    {
        var segments = path.ToLowerInvariant().Split('/');
        return Secrets(path, segments, segments[^1]) is not null;
    }

    private static Refusal? Fixed(string path, string[] segments, string name)
    {
        if (segments.Any(BotFiles.Contains))
        {
            return new Refusal(path, "bot_control", "the file steers the bot or Lakehouse itself");
        }

        if (segments[0] is "etc" or "root")
        {
            return new Refusal(path, "system_path", "etc/ and root/ are closed");
        }

        if (segments[0] == "docs" && segments.Length > 1)
        {
            if (segments[1].StartsWith("adr", StringComparison.Ordinal) && (segments[1] is "adr" or "adrs" || segments[1].StartsWith("adr-", StringComparison.Ordinal)))
            {
                return new Refusal(path, "decision_record", "decisions are made by people");
            }

            if (segments is ["docs", "decisions.md" or "prd.md", ..])
            {
                return new Refusal(path, segments[1] == "prd.md" ? "requirements" : "decision_record", "what is to be done is decided by people");
            }
        }

        if (LockFiles.Contains(name) || name.EndsWith(".lock", StringComparison.Ordinal))
        {
            return new Refusal(path, "lock_file", "lock files are written by their package manager");
        }

        // the bot's own policy and guardrails, when the target is Lakehouse itself
        return segments is [.., "lakehouse.botworker", "policy.cs"] or [.., "lakehouse.botworker", "guardrails", _] || segments is ["policy.cs"]
            ? new Refusal(path, "bot_control", "the bot's own policy and guardrails are closed to it")
            : null;
    }

    private static Refusal? Secrets(string path, string[] segments, string name)
    {
        var secret = SecretNames.Contains(name)
            || SecretExtensions.Contains(Path.GetExtension(name))
            || name.StartsWith(".env", StringComparison.Ordinal)
            || name.StartsWith("id_rsa", StringComparison.Ordinal) || name.StartsWith("id_dsa", StringComparison.Ordinal)
            || name.StartsWith("id_ecdsa", StringComparison.Ordinal) || name.StartsWith("id_ed25519", StringComparison.Ordinal)
            || name.StartsWith("secret.", StringComparison.Ordinal) || name.StartsWith("secrets.", StringComparison.Ordinal)
            || name.StartsWith("credentials.", StringComparison.Ordinal)
            || (name.StartsWith("appsettings.", StringComparison.Ordinal) && name.Contains("secret", StringComparison.Ordinal))
            || (name.StartsWith("client_secret", StringComparison.Ordinal) && name.EndsWith(".json", StringComparison.Ordinal))
            || segments[..^1].Any(SecretFolders.Contains);
        return secret ? new Refusal(path, "secret", "the file holds secrets by its name") : null;
    }

    private static Refusal? Pipelines(string path, string[] segments, string name)
    {
        var pipeline = segments.Any(ContinuousIntegrationFolders.Contains)
            || ContinuousIntegrationFiles.Contains(name)
            || name.StartsWith("jenkinsfile", StringComparison.Ordinal)
            || name.StartsWith("azure-pipelines", StringComparison.Ordinal)
            || name.StartsWith(".gitlab-ci", StringComparison.Ordinal)
            || name.StartsWith(".travis", StringComparison.Ordinal)
            || name.StartsWith(".drone.", StringComparison.Ordinal)
            || name.StartsWith(".woodpecker.", StringComparison.Ordinal)
            || name.StartsWith(".cirrus.", StringComparison.Ordinal);
        if (pipeline)
        {
            return new Refusal(path, "ci_file", "pipelines run with more rights than the bot has");
        }

        return segments.Any(GitRuns.Contains) ? new Refusal(path, "git_runs_it", "git or a hook manager runs what the file names") : null;
    }
}
