using System.Globalization;

namespace Lakehouse.Gateway.Staffing.Tables;

/// <summary>What a column holds; in memory string, string[], int, double, bool, DateOnly or DateTime in UTC.</summary>
internal enum ColumnType
{
    Text,
    TextList,
    Integer,
    Double,
    Boolean,
    Date,
    Timestamp,
}

/// <summary>The types' names, and their values as text in files.</summary>
internal static class ColumnTypes
{
    private const char Between = ';';
    private const string Day = "yyyy-MM-dd";
    private const string Moment = "yyyy-MM-dd'T'HH:mm:ss.FFFFFF'Z'";

    /// <summary>As Postgres names it.</summary>
    public static string SqlName(this ColumnType type) => type switch
    {
        ColumnType.Text => "text",
        ColumnType.TextList => "text[]",
        ColumnType.Integer => "integer",
        ColumnType.Double => "double precision",
        ColumnType.Boolean => "boolean",
        ColumnType.Date => "date",
        _ => "timestamp with time zone",
    };

    public static string Accepted(this ColumnType type) => type switch
    {
        ColumnType.Text => "a text without the character 0",
        ColumnType.TextList => "texts with ; between them",
        ColumnType.Integer => $"a whole number of {int.MinValue} to {int.MaxValue}",
        ColumnType.Double => "a finite number such as 0.87",
        ColumnType.Boolean => "true or false",
        ColumnType.Date => "a day such as 2026-04-22",
        _ => "a UTC time such as 2026-04-22T03:15:00Z",
    };

    public static string Format(object value) => value switch
    {
        string text => text,
        string[] list => string.Join(Between, list),
        int number => number.ToString(CultureInfo.InvariantCulture),
        double number => number.ToString("R", CultureInfo.InvariantCulture),
        bool flag => flag ? "true" : "false",
        DateOnly day => day.ToString(Day, CultureInfo.InvariantCulture),
        DateTime time => time.ToString(Moment, CultureInfo.InvariantCulture),
        _ => throw new ArgumentException($"{value.GetType()} is in no column.", nameof(value)),
    };

    /// <returns>Null where the text is no value of the type.</returns>
    public static object? Parse(this ColumnType type, string text) => type switch
    {
        ColumnType.Text => HasNull(text) ? null : text,
        ColumnType.TextList => HasNull(text) ? null : text.Length == 0 ? Array.Empty<string>() : text.Split(Between),
        ColumnType.Integer => int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number : null,
        ColumnType.Double => double.TryParse(text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent, CultureInfo.InvariantCulture, out var real) && double.IsFinite(real) ? real : null,
        ColumnType.Boolean => text switch { "true" => true, "false" => false, _ => null },
        ColumnType.Date => DateOnly.TryParseExact(text, Day, CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) ? day : null,
        _ => DateTime.TryParseExact(text, Moment, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var time) ? time : null,
    };

    private static bool HasNull(string text) => text.Contains('\0', StringComparison.Ordinal);
}
