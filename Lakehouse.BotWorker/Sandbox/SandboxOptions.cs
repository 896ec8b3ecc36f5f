namespace Lakehouse.BotWorker.Sandbox;

/// <summary>Section <c>Bot:Sandbox</c>: what a target's tests may use, beside <see cref="BotOptions.TestTimeLimit"/>.</summary>
internal sealed record SandboxOptions
{
    /// <summary>Processes at a time.</summary>
    public int Processes { get; set; } = 512;

    /// <summary>Megabytes of resident memory, of all processes together.</summary>
    public int MemoryMb { get; set; } = 4_096;

    /// <summary>Megabytes that they may print.</summary>
    public int OutputMb { get; set; } = 64;

    /// <summary>Whether they reach the network; without it their packages have to be there already.</summary>
    public bool Network { get; set; }

    /// <summary>
    /// Whether the baseline run, which has none of a model's code in it, may load the target's packages where no test passes without the
    /// network. What it loads stays in the home that the later runs begin with.
    /// </summary>
    public bool BaselineNetwork { get; set; } = true;

    /// <summary>Folders that they may read although they are in a place that is hidden, e.g. a tool chain in the home directory.</summary>
    public IReadOnlyList<string> Read { get; set; } = [];
}
