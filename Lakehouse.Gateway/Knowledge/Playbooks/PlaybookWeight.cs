namespace Lakehouse.Gateway.Knowledge.Playbooks;

/// <summary>
/// What a playbook is worth at a moment. The boost of a worker is the sum over playbooks of
/// similarity × base_weight × e^(−age_days/30) × 0.5^failures ÷ endorsed workers, and at most 0.25.
/// </summary>
internal static class PlaybookWeight
{
    public const double BaseWeight = 0.5;
    public const double MostBoost = 0.25;
    private const double DecayDays = 30;

    /// <returns>0 to 1.</returns>
    public static double Fading(double ageDays, long failures) => Math.Exp(-Math.Max(0, ageDays) / DecayDays) * Math.Pow(0.5, failures);

    /// <param name="endorsed">How many workers share it; at least 1.</param>
    public static double Part(double similarity, double ageDays, long failures, int endorsed) => similarity * BaseWeight * Fading(ageDays, failures) / endorsed;

    public static double AgeDays(Playbook playbook, DateTimeOffset at) => Math.Max(0, (at - playbook.SeededAt).TotalDays);
}
