using System.Text.Json;
using System.Text.Json.Nodes;

namespace Lakehouse.Gateway.Chat;

/// <summary>What vendors say of usage beyond our own numbers, over the rounds of one chat.</summary>
internal static class UsageSaid
{
    /// <summary>Numbers add up, everything else is the later one's. The nodes change their owner.</summary>
    public static JsonObject? Sum(JsonObject? earlier, JsonObject? later)
    {
        if (earlier is null || later is null)
        {
            return later ?? earlier;
        }

        foreach (var (name, value) in later.ToList())
        {
            later.Remove(name);
            earlier[name] = (earlier[name], value) switch
            {
                (JsonObject before, JsonObject now) => Sum(before.DeepClone().AsObject(), now),
                (JsonValue before, JsonValue now) when IsNumber(before) && IsNumber(now) => Number(before) + Number(now),
                (_, null) => earlier[name]?.DeepClone(),
                _ => value,
            };
        }

        return earlier;
    }

    private static bool IsNumber(JsonValue value) => value.GetValueKind() == JsonValueKind.Number;

    private static decimal Number(JsonValue value) => value.TryGetValue(out decimal number) ? number : (decimal)value.GetValue<double>();
}
