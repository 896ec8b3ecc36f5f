using Lakehouse.BotWorker.Pages;

namespace Lakehouse.BotWorker.Commands;

/// <summary>Where the command line writes: what it found to one place, how it comes along to the other.</summary>
/// <param name="Coloured">Whether the results go to a terminal that wants colours.</param>
internal sealed record Terminal(TextWriter Results, TextWriter Progress, bool Coloured)
{
    private const string Reset = "\e[0m";

    /// <summary>Standard output and error; colours unless NO_COLOR is set or it is no terminal.</summary>
    public static Terminal Own() => new(
        Console.Out, Console.Error, !Console.IsOutputRedirected && string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR")) && Environment.GetEnvironmentVariable("TERM") is not (null or "dumb"));

    public Task SayAsync(string line) => Results.WriteLineAsync(Clean(line));

    public Task TellAsync(string line) => Progress.WriteLineAsync(Clean(line));

    public async Task DiffAsync(string patch)
    {
        foreach (var line in patch.TrimEnd('\n').Split('\n'))
        {
            var colour = DiffLines.Kind(line) switch { "a" => "\e[32m", "d" => "\e[31m", "h" => "\e[1m", _ => "" };
            await Results.WriteLineAsync(Coloured && colour.Length > 0 ? $"{colour}{Clean(line)}{Reset}" : Clean(line));
        }
    }

    // a model's text must not steer the terminal
    private static string Clean(string line) => string.Concat(line.Select(letter => char.IsControl(letter) && letter != '\t' ? '\uFFFD' : letter));
}
