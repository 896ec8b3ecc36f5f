namespace Lakehouse.Gateway.Configuration;

/// <summary>Guesses which name was meant.</summary>
internal static class Spelling
{
    private const int Furthest = 3;

    public static string? Nearest(string word, IEnumerable<string> names) =>
        names.Select(name => (Name: name, Distance: Distance(word, name)))
            .Where(pair => pair.Distance <= Math.Min(Furthest, pair.Name.Length / 3))
            .OrderBy(pair => pair.Distance).Select(pair => pair.Name).FirstOrDefault();

    // how many letters must be put in, taken out or changed (Levenshtein), row by row
    private static int Distance(string left, string right)
    {
        if (Math.Abs(left.Length - right.Length) > Furthest)
        {
            return int.MaxValue;
        }

        var above = Enumerable.Range(0, right.Length + 1).ToArray();
        for (var row = 1; row <= left.Length; row++)
        {
            var line = new int[right.Length + 1];
            line[0] = row;
            for (var column = 1; column <= right.Length; column++)
            {
                var change = above[column - 1] + (left[row - 1] == right[column - 1] ? 0 : 1);
                line[column] = Math.Min(change, 1 + Math.Min(above[column], line[column - 1]));
            }

            above = line;
        }

        return above[^1];
    }
}
