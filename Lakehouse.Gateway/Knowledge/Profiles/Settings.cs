namespace Lakehouse.Gateway.Knowledge.Profiles;

/// <summary>What is looked for, for a prompt. Null = as configured.</summary>
/// <param name="MaxTokens">Of all that is put in, where the request does not say.</param>
/// <param name="Sources">Which are asked.</param>
/// <param name="Limit">Items of one source.</param>
/// <param name="Floor">0 to 1: what scores less is left out.</param>
/// <param name="Vectors">False: by words alone, and no embedding is paid for.</param>
internal sealed record RetrievalProfile(long? MaxTokens = null, IReadOnlyList<string>? Sources = null, int? Limit = null, double? Floor = null, bool? Vectors = null);

/// <summary>Which memories a model is told, and whether it may ask for and propose more.</summary>
/// <param name="Kinds">Empty: none.</param>
/// <param name="Tools">False: the tools of the memory are not offered to it.</param>
internal sealed record MemoryProfile(IReadOnlyList<string>? Kinds = null, int? MaxAgeDays = null, bool? Tools = null);

/// <summary>How a model is asked, where the request does not say.</summary>
/// <param name="Think">True, false, or how much.</param>
/// <param name="ToolRounds">Of a chat whose tools the gateway runs.</param>
internal sealed record ExecutionProfile(int? MaxTokens = null, double? Temperature = null, System.Text.Json.Nodes.JsonNode? Think = null, int? ToolRounds = null, bool? Clamp = null);

/// <summary>What of a call may be seen in its trace beside numbers.</summary>
/// <param name="Messages">True: prompt and answer, without secrets and personal data.</param>
/// <param name="MessageCharacters">Of each of the two.</param>
internal sealed record ObserverProfile(bool? Messages = null, int? MessageCharacters = null);
