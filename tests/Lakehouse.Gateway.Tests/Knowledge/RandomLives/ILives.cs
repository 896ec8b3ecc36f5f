namespace Lakehouse.Gateway.Tests.Knowledge.RandomLives;

/// <summary>What one writer keeps: keys of its own, of which it knows what has to hold, and some that everybody writes.</summary>
internal interface ILives
{
    /// <summary>Does something at random, and asserts what is told.</summary>
    Task StepAsync(HttpClient client, int step);

    /// <summary>The last step was cut off: it took place or it did not.</summary>
    Task CutAsync(HttpClient client);
}

/// <summary>One key's.</summary>
internal sealed class Life
{
    /// <summary>Null = nothing holds.</summary>
    public string? Text { get; set; }

    /// <summary>Ids from the root to the tip.</summary>
    public List<string> Chain { get; set; } = [];

    /// <summary>Of a playbook.</summary>
    public List<string> Names { get; set; } = [];

    /// <summary>The UTC day of a playbook: with the next one a new life begins.</summary>
    public string? Day { get; set; }
}
