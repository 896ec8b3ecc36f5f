namespace Lakehouse.AppHost.Engines;

/// <summary>
/// A child's lines on our console, behind its name: warnings and worse, or everything. What was not shown is kept for a
/// while, and shown when the child ends by itself.
/// </summary>
internal sealed class PrefixedLog(string name, bool everything)
{
    /// <summary>Begins a line of our own engines that a person should see at once.</summary>
    public const string Notice = "! ";

    private static readonly string[] Shown = ["warn: ", "fail: ", "crit: ", Notice];

    private readonly Queue<string> _unseen = new();
    private bool _show;

    public void Write(string line)
    {
        lock (_unseen)
        {
            // a record's further lines are indented and belong to its first
            _show = everything || Array.Exists(Shown, prefix => line.StartsWith(prefix, StringComparison.Ordinal)) || (_show && line.StartsWith(' '));
            if (_show)
            {
                Say(line);
                return;
            }

            _unseen.Enqueue(line);
            while (_unseen.Count > 20)
            {
                _unseen.Dequeue();
            }
        }
    }

    public void Say(string line) => Console.WriteLine($"{name,-16} | {line}");

    public void SayUnseen()
    {
        lock (_unseen)
        {
            while (_unseen.TryDequeue(out var line))
            {
                Say(line);
            }
        }
    }
}
