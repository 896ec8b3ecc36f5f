using System.Globalization;
using System.Text.RegularExpressions;

namespace Lakehouse.Gateway.Knowledge.Retrieval;

/// <summary>Numbers that are a person's, in the forms that people write. What refuses a message and what masks one look for the same.</summary>
internal static partial class PersonalNumbers
{
    private const string Dashes = @"\u2010-\u2015\u2212";

    // between groups of digits: a hyphen, a dot, a space, and what word processors make of them
    private const string Gap = $@"[-.\p{{Zs}}{Dashes}]";

    /// <summary>A text as it is seen: what nobody sees must not hide a number from a pattern.</summary>
    public static string Visible(string text) => string.Concat(text.Where(letter => char.GetUnicodeCategory(letter) != UnicodeCategory.Format));

    /// <param name="text">As it is seen.</param>
    public static bool HasSsn(string text) => Ssn().IsMatch(text) || NamedSsn().IsMatch(text);

    /// <param name="text">As it is seen.</param>
    public static bool HasPhone(string text) => InternationalPhone().IsMatch(text) || Phone().IsMatch(text);

    /// <param name="text">As it is seen.</param>
    public static string WithoutSsns(string text) => LooseSsn().Replace(NamedSsn().Replace(Ssn().Replace(text, "[ssn]"), "${before}[ssn]"), "[ssn]");

    /// <param name="text">As it is seen.</param>
    public static string WithoutPhones(string text) => Phone().Replace(InternationalPhone().Replace(text, "[phone]"), "[phone]");

    // 3-2-4 between equal separators. A phone number is not: 419-555-0124 has three in the middle, +49 123 45 6789 a country before it, and
    // 123-45-6789-01 goes on.
    [GeneratedRegex($@"(?<![\d+]|\d{Gap})(?<!\+\d{{1,3}}[ -])\d{{3}}(?<sep>{Gap})\d{{2}}\k<sep>\d{{4}}(?!\d|[-.{Dashes}]\d)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Ssn();

    [GeneratedRegex(@"(?<before>\b(ssn|social security( (number|no\.?))?)\b\D{0,20})\d{9}(?!\d)", RegexOptions.ExplicitCapture | RegexOptions.IgnoreCase, 1000)]
    private static partial Regex NamedSsn();

    // between unequal ones, or after another number: too little to refuse a message for, enough not to show it
    [GeneratedRegex($@"(?<![\d-])(?<!\+\d{{1,3}}[ -])\d{{3}}{Gap}\d{{2}}{Gap}\d{{4}}(?![\d-])", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex LooseSsn();

    // a + and 7 to 15 digits (E.164), however they are grouped; or 00, as most of the world dials it, and 9 digits at least: shorter ones are counters
    [GeneratedRegex($@"\+[ (]{{0,2}}\d(({Gap}|[()/]){{0,3}}\d){{6,14}}(?!\d)|(?<![\p{{L}}\d.,-])00{Gap}?[1-9](({Gap}|[()/]){{0,3}}\d){{8,14}}(?!\d)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex InternationalPhone();

    // ten digits as in North America, however they are grouped; or seven as 555-0142
    [GeneratedRegex($@"(?<![\p{{L}}\d])(\(\d{{3}}\)|\d{{3}}){Gap}{{0,3}}\d{{3}}{Gap}{{0,3}}\d{{4}}(?!\d)|(?<![\p{{L}}\d-])\d{{3}}[-.{Dashes}]\d{{4}}(?![\d-])", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Phone();
}
