namespace Lakehouse.BotWorker.Tests.Worker.Kills;

internal sealed record KillFigures(int Cycles, int Kills, int DuplicatePayments, int DuplicatePullRequests, int Leftovers)
{
    public static KillFigures operator +(KillFigures one, KillFigures other) => new(
        one.Cycles + other.Cycles, one.Kills + other.Kills, one.DuplicatePayments + other.DuplicatePayments,
        one.DuplicatePullRequests + other.DuplicatePullRequests, one.Leftovers + other.Leftovers);

    public override string ToString() =>
        $"cycles {Cycles}, kills {Kills}, duplicate payments {DuplicatePayments}, duplicate pull requests {DuplicatePullRequests}, leftovers {Leftovers}";
}
