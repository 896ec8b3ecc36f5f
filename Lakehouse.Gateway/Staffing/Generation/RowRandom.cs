namespace Lakehouse.Gateway.Staffing.Generation;

/// <summary>
/// Numbers that depend on nothing but a seed, a table and a row (SplitMix64), on every machine and runtime alike: a row is the same
/// whichever rows were made before it. System.Random promises that of no seed across versions.
/// </summary>
internal struct RowRandom(ulong seed, int table, int row)
{
    private ulong _state = Mixed(Mixed(seed + (ulong)table * 0x9E3779B97F4A7C15) + (ulong)row);

    /// <returns>0 to below <paramref name="limit"/>.</returns>
    public int Below(int limit) => (int)((Next() >> 32) * (ulong)limit >> 32);

    public int Between(int least, int most) => least + Below(most - least + 1);

    public bool Percent(int share) => Below(100) < share;

    public T Of<T>(IReadOnlyList<T> choices) => choices[Below(choices.Count)];

    private ulong Next() => Mixed(_state += 0x9E3779B97F4A7C15);

    private static ulong Mixed(ulong value)
    {
        value = (value ^ value >> 30) * 0xBF58476D1CE4E5B9;
        value = (value ^ value >> 27) * 0x94D049BB133111EB;
        return value ^ value >> 31;
    }
}
