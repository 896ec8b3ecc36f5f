namespace Lakehouse.Benchmarks.Report;

internal static class Median
{
    public static double Of(IEnumerable<double> values)
    {
        var sorted = values.Order().ToArray();
        return sorted.Length == 0 ? double.NaN : (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }

    /// <returns>The median, and what it lies between where there was more than one round.</returns>
    public static string Text(IEnumerable<double?> values, string format)
    {
        var known = values.OfType<double>().Where(double.IsFinite).ToArray();
        if (known.Length == 0)
        {
            return "-";
        }

        var median = Of(known).ToString(format);
        return known.Length == 1 ? median : $"{median} ({known.Min().ToString(format)}..{known.Max().ToString(format)})";
    }
}
