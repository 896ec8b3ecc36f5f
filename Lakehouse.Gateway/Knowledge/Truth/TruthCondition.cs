using System.Text.Json.Nodes;

namespace Lakehouse.Gateway.Knowledge.Truth;

/// <summary>What a rule asks of a context.</summary>
/// <param name="When">Asked only where this field is there; else the condition does not hold.</param>
/// <param name="Not">Holds where it would not.</param>
internal sealed record TruthCondition(FieldTest Test, FieldPath? When = null, bool Not = false)
{
    /// <returns>Whether it holds, and what was seen that says so.</returns>
    public (bool Holds, string Why) Ask(JsonObject context)
    {
        if (When is not null && When.Find(context) is null)
        {
            return (false, $"not asked, because {When} is missing");
        }

        var (holds, why) = Test.Ask(context);
        return (holds != Not, why);
    }

    public override string ToString() => $"{(Not ? "not " : "")}{Test}{(When is null ? "" : $" when {When}")}";
}

/// <summary>One of the six kinds of conditions.</summary>
internal abstract record FieldTest(string Kind)
{
    /// <summary>As files and replies write them.</summary>
    public static readonly string[] Kinds = ["Always", "FieldEquals", "FieldMismatch", "FieldEmpty", "FieldGreater", "FieldContainsAny"];

    /// <summary>What it looks at first.</summary>
    public abstract FieldPath? Field { get; }

    public abstract (bool Holds, string Why) Ask(JsonObject context);

    public override string ToString() => Kind;
}

internal sealed record Always() : FieldTest("Always")
{
    public override FieldPath? Field => null;

    public override (bool Holds, string Why) Ask(JsonObject context) => (true, "it always holds");

    public override string ToString() => Kind;
}

internal sealed record FieldEmpty(FieldPath Path) : FieldTest("FieldEmpty")
{
    public override FieldPath? Field => Path;

    public override (bool Holds, string Why) Ask(JsonObject context)
    {
        var value = Path.Find(context);
        return (FieldValue.IsEmpty(value), $"{Path} is {FieldValue.Show(value)}");
    }

    public override string ToString() => $"{Kind} {Path}";
}

/// <summary>FieldEquals, and FieldMismatch as its opposite: what is missing equals nothing, so it is a mismatch.</summary>
internal sealed record FieldEquals(FieldPath Path, Operand Other, bool Mismatch) : FieldTest(Mismatch ? "FieldMismatch" : "FieldEquals")
{
    public override FieldPath? Field => Path;

    public override (bool Holds, string Why) Ask(JsonObject context)
    {
        var (value, other) = (Path.Find(context), Other.Of(context));
        return (FieldValue.AreEqual(value, other) != Mismatch, $"{Path} is {FieldValue.Show(value)}, {Other.Show(other)}");
    }

    public override string ToString() => $"{Kind} {Path} {Other}";
}

/// <summary>Of two numbers; anything else is not greater than anything.</summary>
internal sealed record FieldGreater(FieldPath Path, Operand Other) : FieldTest("FieldGreater")
{
    public override FieldPath? Field => Path;

    public override (bool Holds, string Why) Ask(JsonObject context)
    {
        var (value, other) = (Path.Find(context), Other.Of(context));
        var why = $"{Path} is {FieldValue.Show(value)}{(value is null || FieldValue.IsNumber(value) ? "" : ", which is no number")}, {Other.Show(other)}";
        return (FieldValue.IsNumber(value) && FieldValue.IsNumber(other) && FieldValue.Compare(value!, other!) > 0, why);
    }

    public override string ToString() => $"{Kind} {Path} {Other}";
}

/// <summary>Any of some texts in any text of a field.</summary>
internal sealed record FieldContainsAny(FieldPath Path, IReadOnlyList<string> Values, bool WholeWords) : FieldTest("FieldContainsAny")
{
    public override FieldPath? Field => Path;

    public override (bool Holds, string Why) Ask(JsonObject context)
    {
        if (Path.Find(context) is not { } value)
        {
            return (false, $"{Path} is missing");
        }

        List<string> texts = [.. FieldValue.Texts(value)];
        return Values.FirstOrDefault(sought => texts.Exists(text => Words.Contain(text, sought, WholeWords))) is { } found
            ? (true, $"{Path} has {(WholeWords ? "the word " : "")}'{found}' in it")
            : (false, $"{Path} has none of {string.Join(", ", Values)} in it");
    }

    public override string ToString() => $"{Kind} {Path} [{string.Join(", ", Values)}]{(WholeWords ? " as words" : "")}";
}

/// <summary>What a field is compared with: a value of the rule, or another field.</summary>
internal sealed record Operand(JsonNode? Value, FieldPath? Field)
{
    public JsonNode? Of(JsonObject context) => Field is null ? Value : Field.Find(context);

    public string Show(JsonNode? value) => Field is null ? $"compared with {FieldValue.Show(value)}" : $"{Field} is {FieldValue.Show(value)}";

    public override string ToString() => Field?.Text ?? FieldValue.Show(Value);
}
