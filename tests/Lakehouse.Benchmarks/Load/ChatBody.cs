namespace Lakehouse.Benchmarks.Load;

/// <summary>The small chat that every target gets, the same bytes for all.</summary>
internal static class ChatBody
{
    public static string Of(Mode mode) => mode == Mode.Buffered
        ? Json("bench-buffered", "false")
        : Json("bench-streamed", "true,\"stream_options\":{\"include_usage\":true}");

    private static string Json(string model, string stream) =>
        $$"""{"model":"{{model}}","messages":[{"role":"system","content":"You answer in one short sentence and you never guess."},{"role":"user","content":"Which lake is the deepest in the world, and how deep is it at its deepest point? Please give metres."}],"max_tokens":64,"temperature":0.2,"stream":{{stream}}}""";
}
