using System.Text;
using Lakehouse.Benchmarks.Runs;
using Lakehouse.Testing.Ablation;

namespace Lakehouse.Benchmarks.Report;

internal static class AblationReport
{
    public static string Write(AblationResult result) => new StringBuilder()
        .AppendLine("`dotnet run -c Release --project tests/Lakehouse.Benchmarks -- --ablation`").AppendLine()
        .AppendLine($"{result.WithoutFirst.Jobs} fills, {Ablation.Workers:N0} workers, seed of the data as shipped.").AppendLine()
        .AppendLine("| | sealed | nobody there, and said so | failed | turns | tokens |").AppendLine("|---|---:|---:|---:|---:|---:|")
        .AppendLine(Row("without, first run", result.WithoutFirst)).AppendLine(Row("without, second run", result.WithoutSecond))
        .AppendLine(Row("with playbooks, first run", result.WithFirst)).AppendLine(Row("with playbooks, second run", result.WithSecond))
        .AppendLine(Row("boosts alone, after these", result.BoostsOnly)).AppendLine()
        .AppendLine($"The second run with playbooks takes {Less(result, round => round.Turns)} fewer turns and {Less(result, round => round.Tokens)} fewer tokens than the second run without.")
        .ToString();

    private static string Row(string what, AblationRound round) =>
        $"| {what} | {round.Sealed} | {round.SaidNobody} | {round.Failed} | {round.Turns:N0} | {round.Tokens:N0} |";

    private static string Less(AblationResult result, Func<AblationRound, long> of) => $"{1 - ((double)of(result.WithSecond) / of(result.WithoutSecond)):P0}";
}
