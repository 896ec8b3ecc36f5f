using Lakehouse.BotWorker.Sandbox;

namespace Lakehouse.BotWorker.Judgement;

/// <summary>What the target's tests say of the base commit, before anybody changed it.</summary>
/// <param name="Key">Of <see cref="BaselineStore"/>: repository, commit, command and limits.</param>
/// <param name="Tests">As the proposal's tests are run: without the network where that can be done.</param>
internal sealed record Baseline(string Key, string BaseSha, string Command, TestRun Tests)
{
    /// <summary>Packages were loaded over the network before it, by a run that had no code of a model in it.</summary>
    public bool LoadedPackages { get; init; }

    /// <summary>It was measured by an earlier cycle.</summary>
    public bool Reused { get; init; }

    /// <summary>Null when a proposal can be judged by such a run; else why not.</summary>
    public string? Unusable => Tests.ExitCode is null ? Tests.Reason : null;
}
