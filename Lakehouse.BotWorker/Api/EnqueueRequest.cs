using System.Text.Json;
using System.Text.RegularExpressions;
using Lakehouse.BotWorker.Cycles;

namespace Lakehouse.BotWorker.Api;

/// <summary>Body of <c>POST /api/cycles</c>. Read by hand, so that every fault names its field.</summary>
internal sealed partial record EnqueueRequest(string? GapId, CycleDepth Depth)
{
    private static readonly string[] Depths = ["full", "rehearse", "propose", "list"];

    public static EnqueueRequest Read(JsonElement body, Dictionary<string, string[]> faults)
    {
        if (body.ValueKind != JsonValueKind.Object)
        {
            faults["body"] = [$"The body is a JSON {body.ValueKind}; accepted is an object with gap_id and depth, both optional."];
            return new EnqueueRequest(GapId: null, CycleDepth.Full);
        }

        var (gapId, depth) = ((string?)null, CycleDepth.Full);
        foreach (var field in body.EnumerateObject())
        {
            switch (field.Name)
            {
                case "gap_id" when field.Value.ValueKind == JsonValueKind.Null:
                    break;
                case "gap_id" when field.Value.ValueKind == JsonValueKind.String && GapId12().IsMatch(field.Value.GetString()!):
                    gapId = field.Value.GetString();
                    break;
                case "gap_id":
                    faults["gap_id"] = [$"gap_id is {field.Value.GetRawText()}; accepted are 12 hex digits as GET /api/gaps shows them, or null."];
                    break;
                case "depth" when field.Value.ValueKind == JsonValueKind.String && Depths.Contains(field.Value.GetString()):
                    depth = Enum.Parse<CycleDepth>(field.Value.GetString()!, ignoreCase: true);
                    break;
                case "depth":
                    faults["depth"] = [$"depth is {field.Value.GetRawText()}; accepted are {string.Join(", ", Depths)}."];
                    break;
                default:
                    faults[field.Name] = [$"{field.Name} is not known; accepted are gap_id and depth."];
                    break;
            }
        }

        return new EnqueueRequest(gapId, depth);
    }

    [GeneratedRegex("^[0-9a-f]{12}$", RegexOptions.None, matchTimeoutMilliseconds: 100)]
    private static partial Regex GapId12();
}
