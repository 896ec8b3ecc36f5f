using Lakehouse.Gateway.Knowledge.Retrieval;

namespace Lakehouse.Gateway.Tests.Knowledge.Retrieval;

public sealed class PersonalDataTests
{
    /// <summary>Forms in which people write such numbers; none of their digits may be left.</summary>
    public static TheoryData<string, string> Numbers => new()
    {
        { "078-05-1120", "[ssn]" }, { "078 05 1120", "[ssn]" }, { "123.45.6789", "[ssn]" }, { "123–45–6789", "[ssn]" }, { "123-\u200b45-67\u200d89", "[ssn]" }, { "123-45 6789", "[ssn]" },
        { "123\u00a045\u00a06789", "[ssn]" }, { "SSN: 123456789", "SSN: [ssn]" }, { "social security number 123456789", "social security number [ssn]" },
        { "+44 20 7946 0958", "[phone]" }, { "+49 30 901820", "[phone]" }, { "+49 (0)30 / 90 18-20", "[phone]" }, { "+4930901820", "[phone]" }, { "+1-419-555-0142", "[phone]" }, { "+49 123 45 6789", "[phone]" },
        { "0049 30 901820", "[phone]" }, { "00 44 (0)20 7946 0958", "[phone]" }, { "0014195550142", "[phone]" },
        { "419-555-0142", "[phone]" }, { "(419) 555 0142", "[phone]" }, { "419–555–0142", "[phone]" }, { "4195550142", "[phone]" }, { "555-0142", "[phone]" }, { "419-\u200b555-0142", "[phone]" },
        { "jane\u200b.roe@example.com", "[email]" },
        { "+44 20 7946 0958 078-05-1120", "[phone] [ssn]" },
    };

    [Theory]
    [MemberData(nameof(Numbers))]
    public void Number_of_a_person_is_masked_in_every_form(string number, string masked)
    {
        Assert.Equal($"Write to {masked}, or wait.", PersonalData.Mask($"Write to {number}, or wait.", PersonNames.None));
        Assert.NotEmpty(PersonalData.KindsIn($"Write to {number}, or wait."));
    }

    [Theory]
    [InlineData("12 welders for 2026-12-01 at $25")]
    [InlineData("Order 123-45-6789-01")]
    [InlineData("W-1234567, +3 and + 12")]
    [InlineData("version 10.0.3, 1,000,000 rows")]
    [InlineData("0.0012345678901, 00012345678 and 00 12 34")]
    public void What_is_no_number_of_a_person_stays(string text)
    {
        Assert.Equal(text, PersonalData.Mask(text, PersonNames.None));
        Assert.Empty(PersonalData.KindsIn(text));
    }

    [Theory]
    [InlineData("Jane Roe called; ROE's heroes did not.", "[name] called; [name]'s heroes did not.")]
    [InlineData("Ask O’Brien or Jean-Luc Picard, not Jean.", "Ask [name] or [name], not Jean.")]
    [InlineData("Al Bo, and al alone", "[name], and al alone")]
    [InlineData("J\u200bane\nRoe", "[name]")]
    [InlineData("José de la Cruz", "[name] de la [name]")]
    [InlineData("José 🙂Roe", "[name] 🙂[name]")]
    [InlineData("", "")]
    public void Name_is_masked_whole_and_in_part(string text, string masked) =>
        Assert.Equal(masked, PersonalData.Mask(text, new(["Jane Roe", "Pat O'Brien", "Jean-Luc Picard", "Al Bo", "José Cruz"])));

    [Fact]
    public void Five_thousand_names_are_masked_wherever_they_stand()
    {
        IReadOnlyList<string> names = [.. Enumerable.Range(0, 5_000).Select(number => $"Fa{Letters(number)} Lo{Letters(number * 7)}")];
        var known = new PersonNames(names);

        var masked = known.Mask(string.Join('\n', names.Select((name, number) => $"{number}: {(number % 2 == 0 ? name : name.ToUpperInvariant())} likes tea with {name.Split(' ')[1]}.")));

        Assert.Equal(string.Join('\n', names.Select((_, number) => $"{number}: [name] likes tea with [name].")), masked);
    }

    private static string Letters(int number) => string.Concat(number.ToString(System.Globalization.CultureInfo.InvariantCulture).Select(digit => (char)('a' + (digit - '0'))));
}
