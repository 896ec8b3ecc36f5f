using System.Globalization;

namespace Lakehouse.Benchmarks;

/// <summary>The command line.</summary>
/// <param name="Run">How long each measurement lasts.</param>
/// <param name="Write">The document whose marked section gets the result; null = only the console.</param>
internal sealed record BenchmarkOptions(IReadOnlyList<string> Targets, IReadOnlyList<int> Connections, TimeSpan Run, int Rounds, bool Soak, bool Staffing, bool Ablation, string? Write, string CommandLine)
{
    private const string Usage = """
        dotnet run -c Release --project tests/Lakehouse.Benchmarks -- [--quick] [--targets direct,nginx,floor,portkey,lakehouse]
            [--connections 1,8,50,200] [--seconds N] [--rounds N] [--soak | --staffing | --ablation] [--write docs/performance.md]
        """;

    public static BenchmarkOptions Parse(IReadOnlyList<string> arguments)
    {
        var options = new BenchmarkOptions(TargetNames.All, [1, 8, 50, 200], TimeSpan.FromSeconds(8), 3, false, false, false, null, string.Join(' ', arguments));
        if (arguments.Contains("--quick"))
        {
            options = options with { Connections = [1, 50], Run = TimeSpan.FromSeconds(2), Rounds = 1 };
        }

        for (var index = 0; index < arguments.Count; index++)
        {
            var name = arguments[index];
            options = name switch
            {
                "--quick" => options,
                "--soak" => options with { Soak = true, Targets = [TargetNames.Lakehouse] },
                "--staffing" => options with { Staffing = true, Targets = [TargetNames.Lakehouse] },
                "--ablation" => options with { Ablation = true, Targets = [] },
                "--targets" => options with { Targets = Names(Value(ref index)) },
                "--connections" => options with { Connections = [.. Value(ref index).Split(',').Select(text => Number(name, text, 10_000))] },
                "--seconds" => options with { Run = TimeSpan.FromSeconds(Number(name, Value(ref index), 3600)) },
                "--rounds" => options with { Rounds = Number(name, Value(ref index), 100) },
                "--write" => options with { Write = Path.GetFullPath(Value(ref index)) },
                _ => throw Refused($"{name} is not an option"),
            };
        }

        return options;

        string Value(ref int index) => ++index < arguments.Count ? arguments[index] : throw Refused($"{arguments[index - 1]} has no value");
    }

    private static List<string> Names(string text)
    {
        var names = text.Split(',').Distinct(StringComparer.Ordinal).ToList();
        return names.Find(name => !TargetNames.All.Contains(name)) is { } unknown
            ? throw Refused($"--targets has {unknown}; accepted is {string.Join(", ", TargetNames.All)}")
            : names;
    }

    private static int Number(string name, string text, int most) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= 1 && number <= most
            ? number
            : throw Refused($"{name} has {text}; accepted is 1 to {most}");

    private static BenchmarkException Refused(string why) => new($"{why}.{Environment.NewLine}{Usage}");
}
